import type { Source } from '@weir/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../rpc/call.js';
import { Mesh } from './mesh.js';
import { MeshTokens } from './mesh-token.js';
import { PrincipalWire } from './principal-wire.js';

const START = 1_790_000_000_000;

function clock() {
  const source = { at: START, now: () => source.at, monotonic: () => source.at, uuid: () => 'id', random: () => 0.5 };
  return source satisfies Source;
}
const refused = expect.objectContaining({ code: 'unauthenticated_peer' });

describe('an identity token', () => {
  it('proves its names for less than a minute', () => {
    const source = clock();
    const tokens = new MeshTokens('secret', source);
    const token = tokens.issue(['router', 'billing']);
    expect(tokens.verify(token)).toEqual(['router', 'billing']);
    source.at = START + 59_000;
    expect(tokens.verify(token)).toEqual(['router', 'billing']);
    source.at = START + 60_001;
    expect(() => tokens.verify(token)).toThrow(refused);
  });

  it('is made anew after a third of its life, and not with each call', () => {
    const source = clock();
    const tokens = new MeshTokens('secret', source);
    const first = tokens.issue(['router']);
    source.at = START + 19_999;
    expect(tokens.issue(['router'])).toBe(first);
    source.at = START + 20_000;
    expect(tokens.issue(['router'])).not.toBe(first);
  });

  it('does not hold under another secret or from the far future', () => {
    const source = clock();
    expect(() => new MeshTokens('other', source).verify(new MeshTokens('secret', source).issue(['router']))).toThrow(
      refused,
    );
    const future = { ...source, now: () => START + 10_000 };
    expect(() => new MeshTokens('secret', source).verify(new MeshTokens('secret', future).issue(['router']))).toThrow(
      refused,
    );
  });

  it('does not survive the change of any character', () => {
    const tokens = new MeshTokens('secret', clock());
    const token = tokens.issue(['router']);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'abcdefXYZ019._+-'), (at, char) => {
        const changed = token.slice(0, at) + char + token.slice(at + 1);
        // The last character of base64url carries two bits that decode to nothing.
        if (changed === token || at === token.length - 1) return;
        expect(() => tokens.verify(changed)).toThrow(refused);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused when it is anything else', () => {
    const tokens = new MeshTokens('secret', clock());
    fc.assert(fc.property(fc.string(), (text) => void expect(() => tokens.verify(text)).toThrow(refused)));
  });
});

describe('the mesh without certificates', () => {
  it('knows services by their token and takes everybody else for an application', () => {
    const mesh = new Mesh({ secret: 'secret', source: clock() });
    const token = mesh.proof(['monitor', 'operator'])['x-weir-identity'];
    expect(mesh.identify(token, undefined)).toEqual({ kind: 'service', names: ['monitor', 'operator'] });
    expect(mesh.identify(undefined, undefined)).toEqual({ kind: 'client' });
    const certificate = { subjectaltname: 'URI:spiffe://weir/router' } as never;
    expect(mesh.identify(undefined, certificate)).toEqual({ kind: 'client' });
  });

  it('does not know names that are no services', () => {
    const source = clock();
    const mesh = new Mesh({ secret: 'secret', source });
    expect(mesh.identify(new MeshTokens('secret', source).issue(['root']), undefined)).toEqual({
      kind: 'service',
      names: [],
    });
  });
});

describe('the acting principal', () => {
  const principal: Principal = {
    apiKeyId: 'k',
    projectId: 'p',
    organizationId: 'ö',
    scopes: ['inference', 'admin'],
    role: 'owner',
    onBillingError: 'open',
  };

  it('comes over a wire as it is, and once per text', () => {
    const wire = new PrincipalWire();
    const text = wire.write(principal);
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(wire.write(principal)).toBe(text);
    expect(wire.read(text)).toEqual(principal);
    expect(wire.read(text)).toBe(wire.read(text));
    expect(Object.isFrozen(wire.read(text))).toBe(true);
  });

  it('is refused when a part is missing or unknown', () => {
    const wire = new PrincipalWire();
    const of = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = [
      '',
      'x',
      of(null),
      of([]),
      of({ ...principal, scopes: ['root'] }),
      of({ ...principal, role: 'god' }),
      of({ ...principal, apiKeyId: 7 }),
      'A'.repeat(5000),
    ];
    for (const text of bad) expect(() => wire.read(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
