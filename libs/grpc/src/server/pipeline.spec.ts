import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { createLogger, Metrics, Tracing } from '@weir/telemetry';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../rpc/call.js';
import { DEFAULT_LIMITS } from '../rpc/limits.js';
import { admit } from './admission.js';
import type { Arrival, Asked } from './arrival.js';
import { Pipeline } from './pipeline.js';
import type { ServedMethod } from './served-method.js';

const source: Source = { now: () => 1_000_000, monotonic: () => 5, uuid: () => 'made-id', random: () => 0 };
const codec = { fromPartial: (value: never) => value } as unknown as ServedMethod['requestType'];
const router = { peer: { kind: 'service' as const, names: ['router' as const] }, principal: undefined };

const method = (invoke: ServedMethod['invoke'], more: Partial<ServedMethod> = {}): ServedMethod => ({
  path: '/t.S/M',
  service: 't.S',
  name: 'M',
  requestType: codec,
  responseType: codec,
  requestStream: false,
  responseStream: false,
  access: { services: ['router'] },
  invoke,
  ...more,
});

const arrival = (more: Partial<Arrival> = {}): Arrival => ({
  requestId: undefined,
  trace: undefined,
  deadline: undefined,
  metadata: new Map(),
  identify: () => router,
  own: false,
  startsTrace: false,
  ...more,
});

const asked = (message: unknown): Asked => ({
  form: { take: (_, value) => value, give: (_, value) => value },
  message: () => message,
});

function pipeline() {
  return new Pipeline({
    limits: DEFAULT_LIMITS,
    logger: createLogger({ level: 'silent' }),
    metrics: new Metrics(),
    tracing: Tracing.create({ serviceName: 't', sampleRatio: 1, endpoint: '' }),
    source,
  });
}

async function run(served: ServedMethod, coming = arrival(), what = asked('question')) {
  const line = pipeline();
  const call = line.begin(served, coming);
  return { call, line, answer: line.single(call, coming, what) };
}

describe('the pipeline', () => {
  it('runs a call and forgets it', async () => {
    const { answer, line, call } = await run(method(async (request) => `${String(request)}?`));
    expect(await answer).toBe('question?');
    expect([line.active, call.ended, call.deadline, call.requestId]).toEqual([0, true, 1_030_000, 'made-id']);
  });

  it('checks who calls before it looks at the request', async () => {
    const broken: Asked = { ...asked(undefined), message: () => expect.unreachable() };
    const { answer } = await run(
      method(async () => 1, { access: {} }),
      arrival(),
      broken,
    );
    await expect(answer).rejects.toMatchObject({ code: 'permission_denied' });
  });

  it('asks for a request where there is none', async () => {
    const { answer } = await run(
      method(async () => 1),
      arrival(),
      asked(undefined),
    );
    await expect(answer).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('lets the first reason of a cancellation stand, and ignores those after the end', async () => {
    const { call, answer } = await run(method(() => new Promise(() => undefined)));
    call.cancel(new WeirError('shutting_down', 'first'));
    call.cancel(new WeirError('cancelled', 'second'));
    await expect(answer).rejects.toMatchObject({ code: 'shutting_down' });
    expect(call.signal.reason).toMatchObject({ message: 'first' });
    const done = await run(method(async () => 1));
    await done.answer;
    done.call.cancel(new WeirError('cancelled', 'late'));
    expect(done.call.signal.aborted).toBe(false);
  });

  it('shows a handler that looks late that its call is over', async () => {
    const { call, answer } = await run(method(() => new Promise(() => undefined)));
    call.cancel(new WeirError('cancelled', 'gone'));
    await answer.catch(() => undefined);
    expect(call.signal.aborted).toBe(true);
  });

  it('begins a trace at the doors only', async () => {
    expect((await run(method(async () => 1))).call.trace).toBeUndefined();
    expect(
      (
        await run(
          method(async () => 1),
          arrival({ startsTrace: true }),
        )
      ).call.trace?.sampled,
    ).toBe(true);
    const trace = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), sampled: false };
    const unsampled = await run(
      method(async () => 1),
      arrival({ trace, startsTrace: true }),
    );
    expect(unsampled.call).toMatchObject({ trace, span: undefined });
  });

  it('refuses by what it was told, and reports when nothing runs', async () => {
    const line = pipeline();
    const served = method(async () => 1);
    const attempt = (own: boolean) => {
      const coming = arrival({ own });
      return line.single(line.begin(served, coming), coming, asked(0)).catch((error: WeirError) => error.code);
    };
    line.refuse('foreign');
    expect([await attempt(false), await attempt(true)]).toEqual(['shutting_down', 1]);
    line.refuse('all');
    expect(await attempt(true)).toBe('shutting_down');
    await line.idle(1_000);
    expect(line.active).toBe(0);
  });

  it('ends a stream with what its handler throws, and runs its cleanup', async () => {
    let cleaned = false;
    const served = method(
      async function* () {
        try {
          yield 1;
          throw new WeirError('engine_failed', 'broke');
        } finally {
          cleaned = true;
        }
      },
      { responseStream: true },
    );
    const line = pipeline();
    const call = line.begin(served, arrival());
    const answers = line.stream(call, arrival(), asked(0));
    expect(await answers.next()).toEqual({ done: false, value: 1 });
    await expect(answers.next()).rejects.toMatchObject({ code: 'engine_failed' });
    expect(await answers.next()).toEqual({ done: true, value: undefined });
    expect([cleaned, line.active]).toEqual([true, 0]);
  });
});

describe('admission', () => {
  const principal = { scopes: ['inference'] } as unknown as Principal;
  const client = (who?: Principal) => ({ peer: { kind: 'client' as const }, principal: who });

  it('is by name for services and by scope for keys', () => {
    expect(admit({ services: ['router'] }, router)).toEqual({ kind: 'service', name: 'router' });
    expect(admit({ scope: 'inference' }, client(principal))).toEqual({ kind: 'client' });
    expect(admit({ scope: 'evaluation' }, client({ ...principal, scopes: ['admin'] }))).toEqual({ kind: 'client' });
    expect(admit({ open: true }, client())).toEqual({ kind: 'client' });
  });

  it.each([
    ['a service that is not named', { services: ['billing'] as const }, router, 'permission_denied'],
    ['a service where only keys may', { scope: 'inference' as const }, { ...router, principal }, 'permission_denied'],
    ['a key without the scope', { scope: 'evaluation' as const }, client(principal), 'permission_denied'],
    ['a key where only services may', { services: ['router'] as const }, client(principal), 'permission_denied'],
    ['nobody', { scope: 'inference' as const }, client(), 'missing_api_key'],
  ])('is denied to %s', (_, rule, caller, code) => {
    expect(() => admit(rule, caller)).toThrow(expect.objectContaining({ code }));
  });
});
