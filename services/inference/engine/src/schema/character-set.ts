import { anyOf, charClass } from './gbnf.js';

/** Code points, both ends inside; sorted and apart from each other once merged. */
export type Ranges = readonly (readonly [number, number])[];

const LAST = 0x10ffff;
const SURROGATES = [0xd800, 0xdfff] as const;

export const DIGIT: Ranges = [[0x30, 0x39]];
export const WORD: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
export const SPACE: Ranges = [
  [9, 13],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const NOT_NEWLINE: Ranges = complement([
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]);

export function merged(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort(([a], [b]) => a - b);
  const result: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = result.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** All other code points; half of a surrogate pair is none. */
export function complement(ranges: Ranges): Ranges {
  const result: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of merged([...ranges, SURROGATES])) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST) result.push([next, LAST]);
  return result;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What JSON writes with a backslash. */
const ESCAPES: readonly (readonly [number, string])[] = [
  [QUOTE, '"\\\\\\""'],
  [BACKSLASH, '"\\\\\\\\"'],
  [8, '"\\\\b"'],
  [9, '"\\\\t"'],
  [10, '"\\\\n"'],
  [12, '"\\\\f"'],
  [13, '"\\\\r"'],
];
const UNESCAPED = complement([
  [0, 0x1f],
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
]);

/** One character of the set inside of a JSON string, rare control characters left out; undefined = none is left. */
export function setRule(ranges: Ranges): string | undefined {
  const plain = intersection(ranges, UNESCAPED);
  const escapes = ESCAPES.filter(([code]) => ranges.some(([from, to]) => from <= code && code <= to)).map(
    ([, text]) => text,
  );
  const alternatives = [...(plain.length > 0 ? [charClass(plain)] : []), ...escapes];
  return alternatives.length > 0 ? anyOf(alternatives) : undefined;
}

function intersection(a: Ranges, b: Ranges): Ranges {
  return a.flatMap(([from, to]) =>
    b.flatMap(([low, high]): Ranges => {
      const [start, end] = [Math.max(from, low), Math.min(to, high)];
      return start <= end ? [[start, end]] : [];
    }),
  );
}
