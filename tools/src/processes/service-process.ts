import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../environment/service-environment.js';
import { waitUntilReady } from './http-probe.js';

const PROGRAM = fileURLToPath(new URL('../../dist/service/main.js', import.meta.url));

export interface ServiceProcessOptions {
  readonly name: string;
  readonly environment: Environment;
  readonly httpUrl: string;
  /** Takes the output of the process, after what it holds already. */
  readonly logFile: string;
}

/** One process of Weir. It ends with this one: its IPC channel closes when this process is gone. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private exited: Promise<number | null> = Promise.resolve(null);

  constructor(private readonly options: ServiceProcessOptions) {}

  get name(): string {
    return this.options.name;
  }

  get httpUrl(): string {
    return this.options.httpUrl;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Settles when the present process is gone, with its exit status. */
  get ended(): Promise<number | null> {
    return this.exited;
  }

  async start(): Promise<void> {
    const { environment, logFile } = this.options;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a', 0o600);
    try {
      const child = spawn(process.execPath, ['--enable-source-maps', PROGRAM], {
        env: { ...environment },
        stdio: ['ignore', log, log, 'ipc'],
        detached: true,
      });
      this.child = child;
      this.exited = once(child, 'exit').then(([status]) => status as number | null);
      await once(child, 'spawn');
    } finally {
      closeSync(log);
    }
  }

  /** Waits until the process is ready; fails when it ends before. */
  async ready(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const { name, httpUrl, logFile } = this.options;
    const gone = new AbortController();
    void this.exited.then((status) => gone.abort(new Error(`${name} ended with ${status} (log: ${logFile})`)));
    const either = signal ? AbortSignal.any([signal, gone.signal]) : gone.signal;
    try {
      await waitUntilReady(httpUrl, timeoutMs, either);
    } catch (error) {
      if (gone.signal.aborted && !signal?.aborted) throw gone.signal.reason;
      throw error;
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Lets running requests end and waits for the process to be gone. */
  async stop(): Promise<void> {
    this.kill('SIGTERM');
    await this.exited;
  }
}
