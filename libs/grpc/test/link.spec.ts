import { systemSource } from '@weir/config';
import { afterEach, describe, expect, it } from 'vitest';
import { Mesh } from '../src/index.js';
import { decodeBatch, encodeBatch } from '../src/link/batch-codec.js';
import { CONNECT_PATH } from '../src/link/link-wire.js';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type { linkV1 } from '@weir/contracts';
import { EchoHandlers } from './echo-handlers.js';
import { EchoDefinition } from './echo-service.js';
import { drainAll, failureOf, latch, Rig, SECRET, until } from './rig.js';

const rigs: Rig[] = [];

async function start(options: Parameters<typeof Rig.start>[1] = {}) {
  const handlers = new EchoHandlers();
  const rig = await Rig.start(handlers, options);
  rigs.push(rig);
  return { rig, handlers };
}

afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig[Symbol.asyncDispose]();
});

describe('a link', () => {
  it('carries the calls of all clients of a process', async () => {
    const { rig } = await start();
    const clients = rig.clients();
    await Promise.all([1, 2, 3].map(() => clients.client('guardrails', EchoDefinition).say({})));
    const { body } = await rig.metrics.render();
    expect(body).toMatch(/weir_link_served 1/);
  });

  it('fails its calls when it breaks, and stands again for later ones', async () => {
    const { rig, handlers } = await start();
    const port = Number(rig.server.address?.split(':')[1]);
    const echo = rig.clients().client('guardrails', EchoDefinition);
    const stream = drainAll(echo.list({ text: 'then wait', count: 2 }));
    const unary = echo.say({ text: 'ignore abort' });
    const failures = Promise.all([failureOf(stream), failureOf(unary)]);
    await until(() => handlers.calls.length === 2);
    await rig.server.drain(0);
    expect(await failures).toMatchObject([{ code: 'shutting_down' }, { code: 'shutting_down' }]);
    expect((await failureOf(echo.say({}))).code).toBe('peer_unavailable');
    const again = await start({ port });
    await untilServed(() => echo.say({ text: 'again' }));
    expect(again.handlers.requests.at(-1)?.text).toBe('again');
  });

  it('fails calls at once while nobody is there', async () => {
    const { rig } = await start();
    const nowhere = rig.clients({ addressOf: () => '127.0.0.1:1' }).client('guardrails', EchoDefinition);
    const begun = performance.now();
    expect(await failureOf(nowhere.say({}))).toMatchObject({ code: 'peer_unavailable' });
    const second = await failureOf(nowhere.say({}));
    expect(second.code).toBe('peer_unavailable');
    expect(second.retryAfterMs).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(1_000);
    const unknown = rig.clients({ addressOf: () => '' }).client('guardrails', EchoDefinition);
    expect(await failureOf(unknown.say({}))).toMatchObject({ code: 'peer_unavailable' });
  });

  it('refuses a peer whose secret is another', async () => {
    const { rig, handlers } = await start();
    const mesh = new Mesh({ secret: 'not the secret of this mesh', source: systemSource });
    const echo = rig.clients({ mesh }).client('guardrails', EchoDefinition);
    expect(await failureOf(echo.say({}))).toMatchObject({ code: 'unauthenticated_peer' });
    expect(handlers.calls).toHaveLength(0);
  });

  it('bounds the calls that are open on it', async () => {
    const { rig, handlers } = await start();
    const echo = rig.clients({ limits: { callsPerLink: 2 } }).client('guardrails', EchoDefinition);
    const controller = new AbortController();
    const open = [1, 2].map(() => failureOf(echo.say({ text: 'wait' }, { signal: controller.signal })));
    await until(() => handlers.calls.length === 2);
    expect(await failureOf(echo.say({}))).toMatchObject({ code: 'peer_unavailable', retryAfterMs: 100 });
    controller.abort();
    await Promise.all(open);
    expect(await echo.say({ text: 'room' })).toMatchObject({ text: 'you said room' });
  });

  it('moves to a new connection before the old one is too old, without a failure', async () => {
    const { rig } = await start({ limits: { maxConnectionAgeMs: 150, maxConnectionAgeGraceMs: 400 } });
    const echo = rig.clients().client('guardrails', EchoDefinition);
    const long = failureOf(echo.say({ text: 'wait' }, { timeoutMs: 300 }));
    const end = performance.now() + 1_500;
    let calls = 0;
    while (performance.now() < end) {
      await echo.say({ text: String(calls) });
      calls += 1;
    }
    expect(calls).toBeGreaterThan(50);
    expect(await long).toMatchObject({ code: 'deadline_exceeded' });
  });

  it('refuses messages larger than allowed on the side that sends', async () => {
    const { rig } = await start();
    const echo = rig.clients({ limits: { maxMessageBytes: 1000 } }).client('guardrails', EchoDefinition);
    expect(await failureOf(echo.say({ data: Buffer.alloc(1001) }))).toMatchObject({ code: 'payload_too_large' });
  });

  it('passes a message of the full size', async () => {
    const { rig, handlers } = await start();
    const data = Buffer.alloc(8 * 1024 * 1024 - 16, 1);
    await rig.clients().client('guardrails', EchoDefinition).say({ data });
    expect(handlers.requests.at(-1)?.data.equals(data)).toBe(true);
  });
});

describe('a peer that breaks the protocol of the link', () => {
  async function rawLink(rig: Rig) {
    const client = new Client(rig.server.address ?? '', credentials.createInsecure());
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(new Mesh({ secret: SECRET, source: systemSource }).proof(['router'])))
      metadata.set(key, value);
    const stream = client.makeBidiStreamRequest(CONNECT_PATH, encodeBatch, decodeBatch, metadata);
    const ended = latch<string>();
    const seen: linkV1.Frame[] = [];
    stream.on('data', (frames: linkV1.Frame[]) => seen.push(...frames));
    stream.on('error', (error: { metadata: Metadata }) =>
      ended.resolve(String(error.metadata.get('weir-error-code')[0])),
    );
    return { stream, seen, ended: ended.promise, close: () => client.close() };
  }
  const open = (callId: number, method = 'Chat'): linkV1.Frame => ({
    callId,
    step: { $case: 'open', value: { method: `/weir.test.v1.EchoService/${method}`, timeoutMs: 0, metadata: {} } },
  });

  it('by sending without credit is cut off', async () => {
    const { rig, handlers } = await start();
    const link = await rawLink(rig);
    const message = {
      callId: 1,
      step: { $case: 'message' as const, value: Buffer.from([0x0a, 0x05, ...Buffer.from('pause')]) },
    };
    const big = { callId: 1, step: { $case: 'message' as const, value: Buffer.alloc(200_000) } };
    link.stream.write([open(1), message]);
    await until(() => handlers.consumed === 1);
    link.stream.write([big, big, big]);
    expect(await link.ended).toBe('invalid_request');
    await until(() => handlers.aborts.length > 0);
    link.close();
  });

  it('by using a number twice is cut off', async () => {
    const { rig } = await start();
    const link = await rawLink(rig);
    link.stream.write([open(7), open(7)]);
    expect(await link.ended).toBe('invalid_request');
    link.close();
  });

  it('by bytes that are no batch is cut off', async () => {
    const { rig } = await start();
    const client = new Client(rig.server.address ?? '', credentials.createInsecure());
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(rig.mesh.proof(['router']))) metadata.set(key, value);
    const stream = client.makeBidiStreamRequest(
      CONNECT_PATH,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      metadata,
    );
    const ended = latch<unknown>();
    stream.on('error', (error: { metadata: Metadata }) => ended.resolve(error.metadata.get('weir-error-code')[0]));
    stream.write(Buffer.from([0x0a, 0xff]));
    expect(await ended.promise).toBe('invalid_request');
    client.close();
  });

  it('gets a status for what does not exist or lacks its request, and is ignored after a call ended', async () => {
    const { rig } = await start();
    const link = await rawLink(rig);
    link.stream.write([open(1, 'Nope'), open(2, 'Say'), { callId: 2, step: { $case: 'halfClose', value: {} } }]);
    link.stream.write([{ callId: 9, step: { $case: 'credit', value: { bytes: 5 } } }]);
    await until(() => link.seen.filter((frame) => frame.step?.$case === 'status').length === 2);
    const codes = link.seen.map((frame) =>
      frame.step?.$case === 'status' ? [frame.callId, frame.step.value.errorCode] : [],
    );
    expect(Object.fromEntries(codes)).toMatchObject({ 1: 'unimplemented', 2: 'invalid_request' });
    link.stream.cancel();
    link.close();
  });
});

/** Calls until the link stands again. */
async function untilServed(call: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + 8_000;
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
