/** What a UTF-16 code unit is to the tokeniser. */
export const CharacterClass = {
  SPACE: 0,
  LETTER: 1,
  DIGIT: 2,
  IDEOGRAPH: 3,
  SYMBOL: 4,
  JOINER: 5,
  NEWLINE: 6,
  STOP: 7,
} as const;

const IDEOGRAPH =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const LETTER = /[\p{L}\p{Mc}]/u;
const MARK = /\p{Mn}/u;
const DIGIT = /\p{N}/u;
const SPACE = /[\s\p{C}]/u;

/** The class of every UTF-16 code unit. Halves of surrogate pairs are symbols: what is a letter among them is folded before. */
export function characterClasses(): Uint8Array {
  const classes = new Uint8Array(0x1_0000);
  for (let unit = 0; unit < classes.length; unit++) classes[unit] = classOf(unit);
  return classes;
}

/** The letter without its marks, of every UTF-16 code unit: `é` is `e`. Digits are all `0`: numbers say little. */
export function plainLetters(classes: Uint8Array): Uint16Array {
  const letters = new Uint16Array(0x1_0000);
  for (let unit = 0; unit < letters.length; unit++) {
    if (classes[unit] === CharacterClass.DIGIT) letters[unit] = 48;
    if (classes[unit] === CharacterClass.LETTER) letters[unit] = plainLetter(unit);
  }
  return letters;
}

function plainLetter(unit: number): number {
  if (unit < 0x80 || (unit >= 0xac00 && unit <= 0xd7a3)) return unit;
  const decomposed = String.fromCharCode(unit).normalize('NFD');
  return decomposed.length > 1 && LETTER.test(decomposed.charAt(0)) ? decomposed.charCodeAt(0) : unit;
}

function classOf(unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdfff) return CharacterClass.SYMBOL;
  const character = String.fromCharCode(unit);
  if (character === '\n' || character === '\r') return CharacterClass.NEWLINE;
  if ('.!?。！？…'.includes(character)) return CharacterClass.STOP;
  if ("'’ʼ".includes(character) || MARK.test(character)) return CharacterClass.JOINER;
  if (IDEOGRAPH.test(character)) return CharacterClass.IDEOGRAPH;
  if (LETTER.test(character)) return CharacterClass.LETTER;
  if (DIGIT.test(character)) return CharacterClass.DIGIT;
  return SPACE.test(character) ? CharacterClass.SPACE : CharacterClass.SYMBOL;
}
