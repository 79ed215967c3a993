import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { systemSource } from '@weir/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMeshCertificates, Mesh } from '../src/index.js';
import { MeshTokens } from '../src/identity/mesh-token.js';
import { EchoHandlers } from './echo-handlers.js';
import { Echo } from './echo-service.js';
import { failureOf, principal, Rig, SECRET } from './rig.js';

let directory: string;
let foreign: string;
let handlers: EchoHandlers;
let rig: Rig;

const meshOf = (tlsDirectory: string) => new Mesh({ secret: SECRET, tlsDirectory, source: systemSource });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-mesh-'));
  foreign = await mkdtemp(join(tmpdir(), 'weir-foreign-'));
  await createMeshCertificates(directory, ['guardrails', 'router', 'monitor', 'billing+router']);
  await createMeshCertificates(foreign, ['guardrails', 'router']);
  handlers = new EchoHandlers();
  rig = await Rig.start(handlers, { mesh: meshOf(directory) });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
  await rm(foreign, { recursive: true });
});

describe('certificates', () => {
  it('name one SPIFFE identity per service, hold from the authority, and keep keys private', async () => {
    const authority = new X509Certificate(await readFile(join(directory, 'ca.pem')));
    const leaf = new X509Certificate(await readFile(join(directory, 'router.pem')));
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.subjectAltName).toContain('URI:spiffe://weir/router');
    expect(leaf.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    expect(leaf.ca).toBe(false);
    expect((await stat(join(directory, 'router.key'))).mode & 0o777).toBe(0o600);
  });

  it('that are missing are named', () => {
    expect(() => meshOf(directory).channelCredentials(['evaluator'])).toThrow(/evaluator\.key/);
  });
});

describe.each(['native', 'link'] as const)('mTLS over %s', (transport) => {
  it('proves the service by its certificate', async () => {
    await rig.echo(transport).say({}, { principal });
    expect(handlers.calls.at(-1)).toMatchObject({ peer: { kind: 'service', name: 'router' }, principal });
    await rig.echo(transport, { self: ['billing', 'router'] }).say({});
    expect(handlers.calls.at(-1)?.peer).toEqual({ kind: 'service', name: 'router' });
    const echo = rig.echo(transport, { self: 'monitor' });
    expect(await failureOf(echo.say({}))).toMatchObject({ code: 'permission_denied' });
  });

  it('does not reach a server of another authority', async () => {
    const echo = rig.echo(transport, { mesh: meshOf(foreign) });
    expect(await failureOf(echo.say({}))).toMatchObject({ code: 'peer_unavailable' });
  });

  it('does not take one service for another', async () => {
    const clients = rig.clients({ transport });
    const { EchoDefinition } = await import('./echo-service.js');
    expect(await failureOf(clients.client('billing', EchoDefinition).say({}))).toMatchObject({
      code: 'peer_unavailable',
    });
  });
});

describe('the door under mTLS', () => {
  const call = (metadata: Record<string, string>, pair?: { key: Buffer; cert: Buffer; ca: Buffer }) => {
    const sent = new Metadata();
    for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
    return new Promise<string>((resolve, reject) => {
      void readFile(join(directory, 'ca.pem')).then((ca) => {
        const client = new Client(
          (rig.server.address ?? '').replace('127.0.0.1', 'localhost'),
          credentials.createSsl(ca, pair?.key, pair?.cert),
        );
        const body = Buffer.from(Echo.encode(Echo.fromPartial({ text: 'hi' })).finish());
        const path = '/weir.test.v1.EchoService/Say';
        client.makeUnaryRequest(
          path,
          (b: Buffer) => b,
          Echo.decode,
          body,
          sent,
          (error: ServiceError | null, answer?: Echo) => {
            client.close();
            if (error?.metadata.get('weir-error-code').length)
              resolve(String(error.metadata.get('weir-error-code')[0]));
            else if (error) reject(error);
            else resolve(answer?.text ?? '');
          },
        );
      }, reject);
    });
  };

  it('serves applications without a certificate', async () => {
    expect(await call({ authorization: 'Bearer good' })).toBe('you said hi');
    expect(await call({})).toBe('missing_api_key');
  });

  it('believes no certificate of another authority, and no token', async () => {
    const pair = {
      key: await readFile(join(foreign, 'router.key')),
      cert: await readFile(join(foreign, 'router.pem')),
      ca: Buffer.alloc(0),
    };
    expect(await call({}, pair)).toBe('missing_api_key');
    const token = new MeshTokens(SECRET, systemSource).issue(['router']);
    expect(await call({ 'x-weir-identity': token })).toBe('unauthenticated_peer');
  });
});
