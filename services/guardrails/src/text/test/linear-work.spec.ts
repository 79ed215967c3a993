import { describe, expect, it } from 'vitest';
import { viewsOf } from '../views-of.js';
import { NASTY } from './nasty.fixture.js';

const METHODS = ['charCodeAt', 'codePointAt', 'normalize', 'slice', 'indexOf', 'lastIndexOf', 'includes'] as const;
type Method = (this: string, ...given: unknown[]) => unknown;

/** How many times all views of a text read a part of a string; each part that is taken out counts with its length. */
function workOf(text: string): number {
  let work = 0;
  const originals = METHODS.map((name) => [name, Object.getOwnPropertyDescriptor(String.prototype, name)!] as const);
  for (const [name, descriptor] of originals) {
    const method = descriptor.value as Method;
    const counting: Method = function (...given) {
      const result = method.apply(this, given);
      work += typeof result === 'string' ? 1 + result.length : 1;
      return result;
    };
    Object.defineProperty(String.prototype, name, { ...descriptor, value: counting });
  }
  try {
    const views = viewsOf(text);
    void [views.canonical, views.folded, views.decoded];
  } finally {
    for (const [name, descriptor] of originals) Object.defineProperty(String.prototype, name, descriptor);
  }
  return work;
}

describe('the work for all views grows no faster than the text', () => {
  it.each(Object.entries(NASTY))('of %s', (_, make) => {
    const [once, twice] = [workOf(make(3_000)), workOf(make(6_000))];
    expect(twice).toBeLessThanOrEqual(2.5 * once + 3_000);
  });
});
