import { Client, credentials, loadPackageDefinition, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { guardrailsV1 } from '@weir/contracts';
import { protoPath as healthProto } from 'grpc-health-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EchoHandlers } from './echo-handlers.js';
import { Echo, EchoDefinition } from './echo-service.js';
import { drainAll, failureOf, latch, principal, Rig, until } from './rig.js';

const SAY = '/weir.test.v1.EchoService/Say';
const asIs = (bytes: Buffer) => bytes;

let handlers: EchoHandlers;
let rig: Rig;
let client: Client;

beforeEach(async () => {
  handlers = new EchoHandlers();
  rig = new Rig(handlers, { limits: { maxMessageBytes: 65_536, streamIdleMs: 80 } });
  rig.server.register(
    guardrailsV1.GuardrailsServiceDefinition,
    {
      check: async () => ({}),
      filterStream: async function* () {},
      listPolicies: async () => ({}),
    },
    { check: {}, filterStream: {}, listPolicies: {} },
  );
  await rig.server.listen();
  client = new Client(rig.server.address ?? '', credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await rig[Symbol.asyncDispose]();
});

/** A unary call as a foreign client makes it. */
function raw(path: string, body: Buffer, metadata: Record<string, string> = {}): Promise<Buffer> {
  const sent = new Metadata();
  for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, asIs, asIs, body, sent, (error, answer) =>
      error ? reject(error) : resolve(answer ?? Buffer.alloc(0)),
    );
  });
}

async function rawFailure(path: string, body: Buffer, metadata: Record<string, string> = {}) {
  try {
    await raw(path, body, metadata);
  } catch (error) {
    const failure = error as ServiceError;
    return { status: failure.code, code: failure.metadata.get('weir-error-code')[0], metadata: failure.metadata };
  }
  throw new RangeError('the call succeeded');
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const hello = Buffer.from(Echo.encode(Echo.fromPartial({ text: 'hello' })).finish());

describe('a foreign client', () => {
  it('is served with its API key', async () => {
    const answer = Echo.decode(await raw(SAY, hello, bearer('good')));
    expect(answer.text).toBe('you said hello');
    expect(handlers.calls[0]).toMatchObject({ peer: { kind: 'client' }, principal });
    expect(handlers.calls[0]?.trace?.sampled).toBe(true);
  });

  it.each([
    ['no key', {}, 'missing_api_key', status.UNAUTHENTICATED],
    ['a wrong key', bearer('bad'), 'invalid_api_key', status.UNAUTHENTICATED],
    ['another scheme', { authorization: 'Basic abc' }, 'invalid_api_key', status.UNAUTHENTICATED],
    [
      'a forged identity',
      { 'x-weir-identity': `router.9999999999999.${'A'.repeat(43)}` },
      'unauthenticated_peer',
      status.UNAUTHENTICATED,
    ],
    ['an identity that is no token', { 'x-weir-identity': 'router' }, 'unauthenticated_peer', status.UNAUTHENTICATED],
    [
      'somebody else in whose name it acts',
      { ...bearer('good'), 'x-weir-principal': 'e30' },
      'permission_denied',
      status.PERMISSION_DENIED,
    ],
    ['a malformed timeout', { ...bearer('good'), 'grpc-timeout': 'soon' }, 'invalid_request', status.INVALID_ARGUMENT],
  ])('with %s is refused', async (_, metadata, code, expected) => {
    expect(await rawFailure(SAY, hello, metadata)).toMatchObject({ code, status: expected });
    expect(handlers.calls).toHaveLength(0);
  });

  it.each([
    ['bytes that are no message', Buffer.from([0x0a, 0xff, 0x01]), 'invalid_request', status.INVALID_ARGUMENT],
    ['text that is not UTF-8', Buffer.from([0x0a, 0x02, 0xc3, 0x28]), 'invalid_utf8', status.INVALID_ARGUMENT],
    ['a message that is too large', Buffer.alloc(70_000), 'payload_too_large', status.OUT_OF_RANGE],
    ['a message beyond the transport', Buffer.alloc(300_000), 'payload_too_large', status.OUT_OF_RANGE],
  ])('with %s is told what is wrong', async (_, body, code, expected) => {
    expect(await rawFailure(SAY, body, bearer('good'))).toMatchObject({ code, status: expected });
  });

  it('gets UNIMPLEMENTED for what does not exist', async () => {
    expect(await rawFailure('/weir.test.v1.EchoService/Nope', hello, bearer('good'))).toMatchObject({
      status: status.UNIMPLEMENTED,
    });
    expect(await rawFailure('/nobody.v1.Service/Say', hello)).toMatchObject({ status: status.UNIMPLEMENTED });
  });

  it('gets the error also as google.rpc.Status', async () => {
    const body = Buffer.from(Echo.encode(Echo.fromPartial({ text: 'throw typed' })).finish());
    const { metadata, code } = await rawFailure(SAY, body, bearer('good'));
    expect(code).toBe('rate_limit_exceeded');
    expect(metadata.get('retry-after-ms')).toEqual(['1235']);
    const details = String(metadata.get('grpc-status-details-bin')[0]);
    for (const part of [
      'google.rpc.ErrorInfo',
      'google.rpc.RetryInfo',
      'google.rpc.BadRequest',
      'rate_limit_exceeded',
      'weir',
    ]) {
      expect(details).toContain(part);
    }
  });

  it('may not open a link', async () => {
    const connect = rig.clients({ self: 'client', apiKey: 'good' });
    const { LinkServiceDefinition } = await import('@weir/contracts').then(({ linkV1 }) => linkV1);
    const answers = connect.client('guardrails', LinkServiceDefinition).connect((async function* () {})());
    expect(await failureOf(drainAll(answers))).toMatchObject({ code: 'unauthenticated_peer' });
  });
});

describe('an application that uses our client', () => {
  it('calls with its key and is refused without', async () => {
    const echo = rig.clients({ self: 'client', apiKey: 'good' }).client('guardrails', EchoDefinition);
    expect(await echo.forClients({ text: 'mine' })).toMatchObject({ text: 'mine' });
    const keyless = rig.clients({ self: 'client' }).client('guardrails', EchoDefinition);
    expect(await failureOf(keyless.forClients({}))).toMatchObject({ code: 'missing_api_key' });
  });
});

describe('streams without a deadline', () => {
  it.each(['native', 'link', 'local'] as const)('end over %s when nothing is said for too long', async (binding) => {
    const read = drainAll(rig.echo(binding).list({ text: 'then wait', count: 1 }));
    expect(await failureOf(read)).toMatchObject({ code: 'deadline_exceeded' });
    await until(() => handlers.aborts.length === 1);
  });
});

describe('health', () => {
  const Health = loadPackageDefinition(loadSync(healthProto, { enums: String, defaults: true })) as unknown as {
    grpc: {
      health: {
        v1: { Health: new (address: string, c: ReturnType<typeof credentials.createInsecure>) => HealthClient };
      };
    };
  };
  interface HealthClient extends Client {
    check(request: object, done: (error: ServiceError | null, answer: { status: string }) => void): void;
    watch(request: object): AsyncIterable<{ status: string }> & { cancel(): void };
  }
  const open = () => new Health.grpc.health.v1.Health(rig.server.address ?? '', credentials.createInsecure());
  const check = (health: HealthClient, service: string) =>
    new Promise<unknown>((resolve) =>
      health.check({ service }, (error, answer) => resolve(error?.code ?? answer.status)),
    );

  it('tells of each service, of the process, and of none that is unknown', async () => {
    const health = open();
    rig.server.setServing('guardrails', true);
    for (const name of ['', 'guardrails', EchoDefinition.fullName]) expect(await check(health, name)).toBe('SERVING');
    rig.server.setServing('guardrails', false);
    for (const name of ['', 'guardrails', EchoDefinition.fullName])
      expect(await check(health, name)).toBe('NOT_SERVING');
    expect(await check(health, 'nobody')).toBe(status.NOT_FOUND);
    health.close();
  });

  it('can be watched, up to the drain', async () => {
    const health = open();
    rig.server.setServing('guardrails', true);
    const seen: string[] = [];
    const drained = latch();
    for await (const { status: now } of health.watch({ service: '' })) {
      seen.push(now);
      if (seen.length === 1) void rig.server.drain(1_000).then(() => drained.resolve());
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
    await drained.promise;
    health.close();
  });
});

describe('reflection', () => {
  it.each(['v1', 'v1alpha'])('lists the services by %s', async (version) => {
    // list_services = field 7 of ServerReflectionRequest.
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const stream = client.makeBidiStreamRequest(path, asIs, asIs, new Metadata());
    stream.end(Buffer.from([0x3a, 0x01, 0x2a]));
    const answers = await drainAll(stream as AsyncIterable<Buffer>);
    const listed = Buffer.concat(answers).toString('latin1');
    expect(listed).toContain('weir.guardrails.v1.GuardrailsService');
    expect(listed).toContain('grpc.health.v1.Health');
    expect(listed).not.toContain('LinkService');
  });
});

describe('accounting', () => {
  it('counts every call once, by its status', async () => {
    await raw(SAY, hello, bearer('good'));
    await rawFailure(SAY, hello);
    await rig.echo('link').say({});
    await rig.echo('local').say({});
    await failureOf(rig.echo('local').say({ text: 'throw untyped' }));
    const { body } = await rig.metrics.render();
    const of = (code: string) =>
      new RegExp(`grpc_server_handled_total\\{[^}]*"Say"[^}]*"${code}"[^}]*\\} (\\d+)`).exec(body)?.[1];
    expect([of('OK'), of('Unauthenticated'), of('Internal')]).toEqual(['3', '1', '1']);
    expect(body).toMatch(/grpc_server_handling_seconds_count\{[^}]*"Say"[^}]*\} 5/);
    expect(rig.server.pipeline.active).toBe(0);
  });
});

describe('drain', () => {
  it('refuses new calls, lets running ones end, spares calls of its own', async () => {
    const running = [rig.echo('native'), rig.echo('link')].map((echo) =>
      echo.say({ text: 'wait' }, { timeoutMs: 200 }),
    );
    const failures = Promise.all(running.map(failureOf));
    await until(() => handlers.calls.length === 2);
    const links = rig.clients();
    const echo = links.client('guardrails', EchoDefinition);
    await echo.say({});
    const native = rig.echo('native');
    await native.say({});
    const drained = rig.server.drain(5_000);
    expect(await failureOf(echo.say({}))).toMatchObject({ code: 'shutting_down' });
    expect(await failureOf(native.say({}))).toMatchObject({ code: 'shutting_down' });
    expect(await rig.echo('local').say({ text: 'own' })).toMatchObject({ text: 'you said own' });
    expect(await failures).toMatchObject([{ code: 'deadline_exceeded' }, { code: 'deadline_exceeded' }]);
    await drained;
    expect(await failureOf(rig.echo('local').say({}))).toMatchObject({ code: 'shutting_down' });
  });

  it.each(['native', 'link', 'local'] as const)('ends what still runs over %s at its deadline', async (binding) => {
    const running = failureOf(rig.echo(binding).say({ text: 'ignore abort' }));
    await until(() => handlers.calls.length === 1);
    const begun = performance.now();
    await rig.server.drain(50);
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect((await running).code).toBe('shutting_down');
    expect(handlers.aborts[0]).toMatchObject({ code: 'shutting_down' });
  });

  it('lets calls of its own pass over its own wire', async () => {
    const running = failureOf(rig.echo('link').say({ text: 'wait' }, { timeoutMs: 300 }));
    await until(() => handlers.calls.length === 1);
    const own = rig.clients({ local: rig.server, binding: 'grpc' }).client('guardrails', EchoDefinition);
    const drained = rig.server.drain(5_000);
    expect(await own.say({ text: 'part of a request' })).toMatchObject({ text: 'you said part of a request' });
    await running;
    await drained;
  });
});
