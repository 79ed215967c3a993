import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentDiff } from './document-diff.js';

describe('documentDiff', () => {
  it('has one line for each field that changed, in the order of the document', () => {
    const before = { name: 'a', rules: [{ check: 'pii.card', action: 'flag' }, { check: 'x' }], gone: true };
    const after = { name: 'a', rules: [{ check: 'pii.card', action: 'mask' }], 'a/b~': {}, canary: null };
    expect(documentDiff(before, after).split('\n')).toEqual([
      '+ /a~1b~0 {}',
      '+ /canary null',
      '- /gone true',
      '- /rules/0/action "flag"',
      '+ /rules/0/action "mask"',
      '- /rules/1/check "x"',
    ]);
  });

  it('counts list items', () => {
    const items = Array.from({ length: 12 }, (_, place) => place);
    const lines = documentDiff([], items).split('\n');
    expect(lines[0]).toBe('- / []');
    expect(lines.slice(1).map((line) => line.split(' ')[1])).toEqual(items.map((place) => `/${place}`));
  });

  it('is all additions for the first version and empty for the same document', () => {
    expect(documentDiff(undefined, { a: 1, b: [2] })).toBe('+ /a 1\n+ /b/0 2');
    expect(documentDiff({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe('');
  });

  it('is empty only for equal documents', () => {
    const document = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    fc.assert(
      fc.property(document, document, (one, other) => {
        expect(documentDiff(one, one)).toBe('');
        const same = documentDiff(one, other) === '';
        if (same) expect(one).toEqual(other);
      }),
    );
  });

  it('stays bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, place) => [`k${place}`, place]));
    const lines = documentDiff({}, many).split('\n');
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)).toBe('… 1001 more lines');
  });
});
