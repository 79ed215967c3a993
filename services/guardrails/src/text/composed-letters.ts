/** Latin, Greek and Cyrillic need no more marks on one letter. */
export const MAX_EUROPEAN_MARKS = 2;
/** Marks that strike out, underline or enclose: never a part of a letter. */
export const OVERLAY = /[\u20d0-\u20ff]|[\u0335-\u0338]|[\u0488-\u0489]|[\u0332-\u0333]|\u0305|\u033f/g;

const FIRST_LETTER = 0x41;
const LETTERS = 0x7b - FIRST_LETTER;
const FIRST_MARK = 0x300;
const MARKS = 0x370 - FIRST_MARK;
/** Letters and digits of mathematics: bold, script, double-struck and so on. */
const FIRST_STYLED = 0x1d400;
const STYLED = 0x1d800 - FIRST_STYLED;

/** By letter and mark: the letter that both are together; the letter alone where the mark is an overlay; 0 = no such letter. */
const pairs = Uint16Array.from({ length: LETTERS * MARKS }, (_, at) => {
  const letter = String.fromCharCode(FIRST_LETTER + Math.floor(at / MARKS));
  if (!/[A-Za-z]/.test(letter)) return 0;
  const both = (letter + String.fromCharCode(FIRST_MARK + (at % MARKS))).normalize('NFKC').replace(OVERLAY, '');
  return both.length === 1 ? both.charCodeAt(0) : 0;
});

const styledLetters = Uint16Array.from({ length: STYLED }, (_, at) => {
  const normal = String.fromCodePoint(FIRST_STYLED + at).normalize('NFKC');
  return normal.length === 1 ? normal.charCodeAt(0) : 0;
});

/** An ASCII letter with its marks as one code unit; 0 = it takes more than one, or more than a table. */
export function composed(text: string, start: number, end: number): number {
  const letter = text.charCodeAt(start);
  if (letter < FIRST_LETTER || letter >= FIRST_LETTER + LETTERS) return 0;
  if (end - start - 1 > MAX_EUROPEAN_MARKS) return letter;
  let base = letter;
  for (let at = start + 1; at < end; at++) {
    const mark = text.charCodeAt(at) - FIRST_MARK;
    // A second mark that is no overlay may go on the letter that the first one made.
    if (mark < 0 || mark >= MARKS || base >= FIRST_LETTER + LETTERS) return 0;
    const both = pairs[(base - FIRST_LETTER) * MARKS + mark]!;
    if (!both) return 0;
    base = both;
  }
  return base;
}

/** The plain letter or digit of a styled one beyond the basic plane; 0 = it is none. */
export function styledLetter(code: number): number {
  return styledLetters[code - FIRST_STYLED] ?? 0;
}
