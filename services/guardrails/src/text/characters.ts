/** What the canonical view does with a UTF-16 code unit. */
export const UNIT = {
  plain: 0,
  /** Nobody sees it: left out. */
  invisible: 1,
  /** Belongs to the character before it. */
  mark: 2,
  /** NFKC writes it in another way. */
  compatible: 3,
  /** Typography with a plain twin, for example curly quotes. */
  typographic: 4,
  surrogate: 5,
} as const;

const TYPOGRAPHIC: readonly (readonly [string, string])[] = [
  ['-', '\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\u02d7\u2796'],
  ["'", '\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u02c8\u00b4'],
  ['"', '\u201c\u201d\u201e\u201f\u2033\u2036\u02ba\u02dd'],
  ['/', '\u2044\u2215\u29f8\u2571\u27cb'],
  ['\\', '\u2216\u29f5\u29f9'],
  [':', '\u2236\ua789\u02d0\u0589\u05c3'],
  ['!', '\u01c3'],
  ['<', '\u2039'],
  ['>', '\u203a'],
  ['|', '\u01c0\u2223'],
  [' ', '\u1680\u2800\u180e'],
  ['\n', '\u0085\u2028\u2029'],
];

/** Twins of typographic characters, by code unit. */
export const typographicTwins: ReadonlyMap<number, string> = new Map(
  TYPOGRAPHIC.flatMap(([plain, fancy]) => [...fancy].map((each) => [each.charCodeAt(0), plain] as const)),
);

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\ufffe\uffff]|(?![\t\n\r\x85])\p{Cc}/u;
/** The vowels and final consonants of Hangul syllables compose as marks do. */
const MARK = /[\p{M}\u1160-\u11ff]/u;

function classify(code: number): number {
  if (code >= 0x20 && code < 0x7f) return UNIT.plain;
  if (code >= 0xd800 && code < 0xe000) return UNIT.surrogate;
  if (typographicTwins.has(code)) return UNIT.typographic;
  const character = String.fromCharCode(code);
  if (INVISIBLE.test(character)) return UNIT.invisible;
  if (MARK.test(character)) return UNIT.mark;
  return character.normalize('NFKC') === character ? UNIT.plain : UNIT.compatible;
}

/** By code unit; a value of `UNIT`. */
export const unitClass: Uint8Array = Uint8Array.from({ length: 0x1_0000 }, (_, code) => classify(code));

/** By code unit: its NFKC form where that is one unit long, otherwise 0. */
export const compatibleUnit: Uint16Array = Uint16Array.from(unitClass, (kind, code) => {
  if (kind !== UNIT.compatible) return 0;
  const normal = String.fromCharCode(code).normalize('NFKC');
  return normal.length === 1 ? normal.charCodeAt(0) : 0;
});

const WORD = /[\p{L}\p{N}\p{M}]/u;

/** By code unit: 1 where it is a part of a word. Both halves of a surrogate pair are, so that styled letters count. */
export const wordUnit: Uint8Array = Uint8Array.from({ length: 0x1_0000 }, (_, code) =>
  code >= 0xd800 && code < 0xe000 ? 0 : Number(WORD.test(String.fromCharCode(code))),
);

const PRINTABLE_ASCII = /^[\t\n\r\x20-\x7e]*$/;

export function isPrintableAscii(text: string): boolean {
  return PRINTABLE_ASCII.test(text);
}

const PICTOGRAPH = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u;

/** Whether the character that begins at (or whose low half stands at) an offset can be joined into an emoji. */
export function isPictograph(text: string, offset: number): boolean {
  const low = (text.charCodeAt(offset) & 0xfc00) === 0xdc00;
  const code = text.codePointAt(low ? offset - 1 : offset);
  return code !== undefined && PICTOGRAPH.test(String.fromCodePoint(code));
}

export function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

export function isLowSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xdc00;
}
