import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolicyVersions, type PolicyRecord } from './policy-versions.js';

const record = (name: string, version: number, document = 'x'.repeat(10)): PolicyRecord => ({
  name,
  version,
  document,
  author: 'weir',
  note: '',
  createdAtMs: 0,
});

describe('PolicyVersions', () => {
  it('knows the newest of each name, whatever the order they come in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 }), (order) => {
        const versions = new PolicyVersions();
        for (const version of order) expect(versions.add(record('a', version))).toBe('new');
        expect(versions.newest('a')?.version).toBe(Math.max(...order));
        for (const version of order) expect(versions.get('a', version)?.version).toBe(version);
      }),
    );
  });

  it('never changes a version', () => {
    const versions = new PolicyVersions();
    versions.add(record('a', 1, 'first'));
    expect(versions.add(record('a', 1, 'second'))).toBe('known');
    expect(versions.get('a', 1)?.document).toBe('first');
  });

  it('takes no more names than it has room for', () => {
    const versions = new PolicyVersions({ maxNames: 2 });
    versions.add(record('a', 1));
    versions.add(record('b', 1));
    expect(versions.add(record('c', 1))).toBe('full');
    expect(versions.hasRoomFor('c')).toBe(false);
    expect(versions.add(record('a', 2))).toBe('new');
  });

  it('lets the oldest superseded documents go, and never the newest', () => {
    const versions = new PolicyVersions({ maxSupersededChars: 25 });
    for (const version of [1, 2, 3, 4, 5]) versions.add(record('a', version));
    versions.add(record('b', 1, 'x'.repeat(1_000)));
    expect([1, 2, 3, 4, 5].filter((version) => versions.get('a', version))).toEqual([3, 4, 5]);
    expect(versions.newest('b')?.version).toBe(1);
  });
});
