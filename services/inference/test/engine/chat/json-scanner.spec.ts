import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonScanner } from '../../../engine/src/chat/json-scanner.js';

/** How many characters an object has, `broken`, or `more` when it is not over. */
function scanned(text: string): number | 'broken' | 'more' {
  const scanner = new JsonScanner();
  for (let index = 0; index < text.length; index++) {
    const result = scanner.push(text[index]!);
    if (result !== 'more') return result === 'done' ? index + 1 : 'broken';
  }
  return 'more';
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && text.endsWith('}');
  } catch {
    return false;
  }
}

describe('JsonScanner', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));

  it('is at the end of an object where JSON is', () => {
    fc.assert(
      fc.property(object, fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(scanned(`${text}} more`)).toBe(text.length);
        expect(scanned(text.slice(0, -1))).toBe('more');
      }),
    );
  });

  it('takes a changed text exactly when JSON does', () => {
    const odd = fc.constantFrom('"', '\\', '}', ']', ',', ':', '0', '-', '.', 'e', ' ', '\n', 'x', '{', '[', 'u', 't');
    fc.assert(
      fc.property(object, fc.nat(), odd, fc.nat(2), (value, seed, char, removed) => {
        const text = JSON.stringify(value);
        const at = 1 + (seed % text.length);
        const changed = text.slice(0, at) + char + text.slice(at + removed);
        const end = scanned(changed);
        expect(end === changed.length).toBe(isObjectText(changed) && end !== 'more');
        if (end === 'more' || end === 'broken') expect(isObjectText(changed)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '01',
    '-',
    '1.',
    '.5',
    '1e',
    '+1',
    '1.2.3',
    'tru',
    'nul1',
    '"\\x"',
    '"\\u12g4"',
    "'a'",
    '"\n"',
    'NaN',
    '[1,]',
    '{"b":1,}',
  ])('does not take %j as a value', (value) => {
    expect(scanned(`{"a":${value}}`)).toBe('broken');
  });

  it('shows the members of the first level with their own text', () => {
    const scanner = new JsonScanner();
    const seen = new Map<string, string>();
    for (const char of '{ "a" : {"x": [1, 2]} , "b\\n":-1.5 , "c":"}" }') {
      scanner.push(char);
      if (scanner.member?.complete) seen.set(scanner.member.key, scanner.member.raw);
    }
    expect([...seen]).toEqual([
      ['a', '{"x": [1, 2]}'],
      ['b\n', '-1.5'],
      ['c', '"}"'],
    ]);
  });

  it('bounds how deep it follows', () => {
    expect(scanned(`{"a":${'['.repeat(63)}`)).toBe('more');
    expect(scanned(`{"a":${'['.repeat(64)}`)).toBe('broken');
  });
});
