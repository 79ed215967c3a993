import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { BadGatewayException, Body, Controller, Delete, Get, Module, Param, Post, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { systemSource } from '@weir/config';
import type { ApiKeyState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import { createLogger, Metrics, Tracing, type Logger } from '@weir/telemetry';
import type { FastifyReply } from 'fastify';
import { createApiKeySecret, hashApiKey } from '../src/access/api-key.js';
import { Authenticator } from '../src/access/authenticator.js';
import { Access, Public } from '../src/access/route-access.js';
import { CurrentCall, CurrentPrincipal } from '../src/http/current.js';
import { HttpAdapter } from '../src/http/http-adapter.js';
import type { HttpCall } from '../src/http/http-call.js';
import { ErrorBody, RawBody } from '../src/http/route-config.js';
import { HttpDoor } from '../src/http/http-door.js';
import { addOperatorRoutes } from '../src/http/operator-routes.js';
import { NestLogger } from '../src/launch/nest-logger.js';
import { PlatformModule, ProcessModule } from '../src/launch/platform.module.js';
import { Readiness } from '../src/launch/readiness.js';

/** What the handlers of the test saw. */
export class Seen {
  signals: AbortSignal[] = [];
  entered = 0;
  release = Promise.withResolvers<void>();
}

@Controller('/t')
@Access({ scope: 'inference' })
export class TestController {
  constructor(private readonly seen: Seen) {}

  @Post('/echo')
  echo(@Body() body: unknown, @CurrentPrincipal() principal: Principal, @CurrentCall() call: HttpCall) {
    return { body, key: principal.apiKeyId, requestId: call.requestId, traceId: call.trace.traceId };
  }

  @Public()
  @Get('/open')
  open() {
    return { open: true };
  }

  @Public()
  @Get('/open/principal')
  principalOfNobody(@CurrentPrincipal() principal: Principal) {
    return principal;
  }

  @Post('/bytes')
  @RawBody()
  @ErrorBody((error) => ({ error: error.message }))
  bytes(@Body() body: Buffer) {
    if (body.length > 4) throw new WeirError('invalid_request', 'At most 4 bytes.');
    return { bytes: [...body] };
  }

  @Access({ scope: 'inference', keyHeaders: ['ocp-apim-subscription-key', 'api-key'] })
  @Post('/foreign')
  foreign(@CurrentPrincipal() principal: Principal) {
    return { key: principal.apiKeyId };
  }

  @Access({ scope: 'admin' })
  @Delete('/things/:id')
  remove(@Param('id') id: string) {
    return { id };
  }

  @Public()
  @Get('/typed')
  typed() {
    throw new WeirError('engine_overloaded', 'full', { retryAfterMs: 1_500, param: 'model' });
  }

  @Public()
  @Get('/untyped')
  untyped() {
    throw new TypeError('password=hunter2');
  }

  @Public()
  @Get('/nest')
  nest() {
    throw new BadGatewayException('upstream');
  }

  @Public()
  @Get('/slow')
  async slow(@CurrentCall() call: HttpCall) {
    this.seen.signals.push(call.signal);
    this.seen.entered++;
    await this.seen.release.promise;
    return { slow: true };
  }

  @Public()
  @Get('/stream')
  async stream(@CurrentCall() call: HttpCall, @Res() reply: FastifyReply) {
    this.seen.signals.push(call.signal);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
    });
    reply.raw.write('data: first\n\n');
    this.seen.entered++;
    await Promise.race([this.seen.release.promise, new Promise((r) => call.signal.addEventListener('abort', r))]);
    reply.raw.end('data: last\n\n');
  }
}

@Controller('/undeclared')
export class UndeclaredController {
  @Get()
  get() {
    return 'never';
  }
}

const PEPPER = 'pepper of this test';

export interface DoorApp extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly door: HttpDoor;
  readonly seen: Seen;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly keys: { readonly inference: string; readonly admin: string; readonly usage: string };
}

/** The HTTP door and Nest on a real socket, with keys from memory. */
export async function doorApp(options: { undeclared?: boolean; logger?: Logger } = {}): Promise<DoorApp> {
  const logger = options.logger ?? createLogger({ level: 'silent' });
  const seen = new Seen();
  const metrics = new Metrics();
  const readiness = new Readiness();
  const tracing = Tracing.create({ serviceName: 'test', sampleRatio: 1, endpoint: '' });
  const { keys, states } = testKeys();
  const snapshot = {
    isReady: true,
    apiKey: (id: string) => states.find((state) => state.id === id),
    apiKeyByHash: (hash: string) => states.find((state) => state.hash === hash),
  };
  const authenticator = new Authenticator({ snapshot, pepper: PEPPER, source: systemSource });
  const door = new HttpDoor({ authenticator, logger, metrics, tracing, source: systemSource });

  const controllers = options.undeclared ? [TestController, UndeclaredController] : [TestController];
  class TestModule {}
  Module({ controllers, providers: [{ provide: Seen, useValue: seen }] })(TestModule);
  const service = { name: 'router', module: TestModule, settings: {}, metrics: {} } as const;
  const adapter = new HttpAdapter(door, systemSource);
  addOperatorRoutes(adapter.getInstance(), readiness, metrics);
  const app = await NestFactory.create(ProcessModule.of(PlatformModule.with([]), [service], door), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    door,
    seen,
    metrics,
    readiness,
    keys,
    [Symbol.asyncDispose]: async () => {
      seen.release.resolve();
      await app.close();
    },
  };
}

function testKeys() {
  const keys = {
    inference: createApiKeySecret('test'),
    admin: createApiKeySecret('test'),
    usage: createApiKeySecret('test'),
  };
  const state = (id: string, secret: string, scope: ApiKeyState['scopes'][number]): ApiKeyState => ({
    kind: 'api_key',
    id,
    organization_id: 'o1',
    project_id: 'p1',
    name: id,
    prefix: secret.slice(0, 14),
    hash: hashApiKey(secret, PEPPER),
    scopes: [scope],
    role: 'member',
    on_billing_error: 'closed',
    created_at: 0,
    expires_at: 0,
    revoked_at: 0,
  });
  const states = [
    state('k-inference', keys.inference, 'inference'),
    state('k-admin', keys.admin, 'admin'),
    state('k-usage', keys.usage, 'usage.read'),
  ];
  return { keys, states };
}
