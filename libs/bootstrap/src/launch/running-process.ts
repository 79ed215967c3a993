import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { WeirError } from '@weir/errors';
import { sleep } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import type { HttpDoor } from '../http/http-door.js';
import type { ConsumerGroup } from './consumer-group.js';
import type { HealthReporter } from './health-reporter.js';
import type { Platform } from './platform.js';

/** A process that serves. Disposing drains it. */
export interface RunningProcess extends AsyncDisposable {
  /** `http://host:port`, without a slash at the end. */
  readonly httpUrl: string;
  /** `host:port` */
  readonly grpcAddress: string;
  readonly app: INestApplication;
  /** Resolves when every readiness check passes. Rejects with `deadline_exceeded`, naming what is not ready. */
  ready(timeoutMs?: number): Promise<void>;
  /** Stops without losing anything: running requests end, consumers drain, then all is closed. Outboxes keep the rest. */
  drain(): Promise<void>;
}

export interface RunningParts {
  readonly app: INestApplication;
  readonly door: HttpDoor;
  readonly health: HealthReporter;
  readonly consumers: ConsumerGroup;
  readonly platform: Platform;
  readonly logger: Logger;
  readonly host: string;
  readonly grpcPort: number;
  readonly drainMs: number;
  readonly lameDuckMs: number;
}

const READY_POLL_MS = 20;

export class RunningServices implements RunningProcess {
  readonly httpUrl: string;
  readonly grpcAddress: string;
  readonly app: INestApplication;
  readonly #parts: RunningParts;
  #drained: Promise<void> | undefined;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.app = parts.app;
    const host = reachable(parts.host);
    this.httpUrl = `http://${host}:${(this.#httpServer().address() as AddressInfo).port}`;
    this.grpcAddress = `${host}:${parts.grpcPort}`;
  }

  async ready(timeoutMs = 30_000): Promise<void> {
    const { readiness } = this.#parts.platform;
    const deadline = performance.now() + timeoutMs;
    for (let problems = readiness.problems(); problems.length > 0; problems = readiness.problems()) {
      if (performance.now() >= deadline) {
        const reasons = problems.map(({ name, reason }) => `${name} ${reason}`).join('; ');
        throw new WeirError('deadline_exceeded', `Not ready after ${timeoutMs} ms: ${reasons}.`);
      }
      await sleep(READY_POLL_MS);
    }
    this.#parts.health.report();
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.drain();
  }

  async #drain(): Promise<void> {
    const { door, health, consumers, platform, logger, drainMs, lameDuckMs } = this.#parts;
    logger.info('draining');
    platform.readiness.drain();
    health.report();
    if (lameDuckMs > 0) await sleep(lameDuckMs);
    const deadline = performance.now() + drainMs;
    const server = this.#httpServer();
    server.close();
    server.closeIdleConnections();
    // Requests and consumers may still call services of this process, so that gRPC ends after both.
    await Promise.all([withinMs(door.close(), drainMs), consumers[Symbol.asyncDispose]()]);
    server.closeAllConnections();
    await platform.draining.run(logger);
    await platform.rpcServer.drain(Math.max(0, deadline - performance.now()));
    await platform.resources[Symbol.asyncDispose]();
    logger.info('drained');
  }

  #httpServer(): Server {
    return this.app.getHttpServer() as Server;
  }
}

async function withinMs(done: Promise<void>, ms: number): Promise<void> {
  const stop = new AbortController();
  await Promise.race([done, sleep(ms, stop.signal).catch(() => undefined)]);
  stop.abort();
}

/** An address to connect to for one to listen on. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
