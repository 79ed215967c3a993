import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../generation/generation.js';
import { Quarantine, requestHash } from './quarantine.js';

function asked(text: string, more: object = {}): GenerationRequest {
  const options = { maxTokens: 5, logitBias: new Map(), ...more };
  return { requestId: text, tenant: 't', prompt: { kind: 'text', text }, options } as never;
}

const death = new WeirError('engine_failed', 'gone', { details: { engine_lost: true } });
const poison = asked('poison');

function quarantined() {
  const clock = { now: 0 };
  const found: string[] = [];
  const quarantine = new Quarantine({
    deploymentId: 'd',
    now: () => clock.now,
    onQuarantined: (hash) => found.push(hash),
  });
  const die = (...requests: GenerationRequest[]) => {
    for (const request of requests) quarantine.onFailure(request, death);
  };
  return { quarantine, clock, die, found };
}

describe('Quarantine', () => {
  it('refuses what was in the engine at two of its deaths, with a clear code, for an hour', () => {
    const { quarantine, clock, die, found } = quarantined();
    die(poison);
    quarantine.check(poison);
    die(poison);
    expect(() => quarantine.check(poison)).toThrow(expect.objectContaining({ code: 'request_quarantined' }));
    expect(quarantine.refused).toEqual([requestHash('d', poison)]);
    expect(found).toEqual(quarantine.refused);
    clock.now = 3_599_999;
    expect(() => quarantine.check(poison)).toThrow(WeirError);
    clock.now = 3_600_000;
    quarantine.check(poison);
    expect(quarantine.refused).toEqual([]);
  });

  it('lets those go on that only stood beside it', () => {
    const { quarantine, die } = quarantined();
    const [beside, other] = [asked('beside'), asked('other')];
    die(poison, beside);
    quarantine.onSuccess(beside);
    die(poison, beside, other);
    for (const request of [beside, other]) quarantine.check(request);
    expect(() => quarantine.check(poison)).toThrow(WeirError);
  });

  it('counts nothing but deaths with the request in the engine', () => {
    const { quarantine } = quarantined();
    const others = [new WeirError('engine_failed', 'x'), new WeirError('cancelled', 'x'), new TypeError('x')];
    for (const error of [...others, ...others]) quarantine.onFailure(poison, error);
    quarantine.check(poison);
  });

  it('is bounded, the oldest first', () => {
    const { quarantine, die } = quarantined();
    die(poison, poison);
    for (let index = 0; index < 4_095; index++) die(asked(`${index}`));
    expect(quarantine.refused).toHaveLength(1);
    die(asked('one more'));
    expect(quarantine.refused).toHaveLength(0);
  });
});

describe('requestHash', () => {
  it('is the same whoever sends it, and another for another prompt, option or deployment', () => {
    const hash = requestHash('d', poison);
    expect(requestHash('d', { ...poison, requestId: 'r', tenant: 'u', priority: 3 })).toBe(hash);
    const others = [
      requestHash('e', poison),
      requestHash('d', asked('other')),
      requestHash('d', asked('poison', { maxTokens: 6 })),
      requestHash('d', asked('poison', { logitBias: new Map([[1, 2]]) })),
    ];
    expect(new Set([hash, ...others]).size).toBe(5);
  });
});
