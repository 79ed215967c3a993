import {
  compatibleUnit,
  isHighSurrogate,
  isLowSurrogate,
  isPictograph,
  typographicTwins,
  UNIT,
  unitClass,
} from './characters.js';
import { composed, MAX_EUROPEAN_MARKS, OVERLAY, styledLetter } from './composed-letters.js';
import { MappedTextBuilder, type MappedText } from './mapped-text.js';
import type { TextView } from './text-views.js';

const ZERO_WIDTH_JOINER = 0x200d;
const BACKSPACE = 0x08;
/** No writing system needs more of them on one character. */
const MAX_MARKS = 4;
const FIRST_OTHER_SCRIPT = 0x0530;
/** One character of a few becomes a phrase; then it stays as it is. */
const MAX_EXPANSION = 8;
const FLAG_OF_REGION = /\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{3,6}\u{e007f}/uy;

/** NFKC with typography made plain, nothing invisible, and no piles of marks. The source holds more than printable ASCII. */
export function normalise(source: TextView): MappedText {
  return new Normaliser(source).run();
}

class Normaliser {
  readonly #text: string;
  readonly #builder: MappedTextBuilder;
  /** What is before `#at` and not yet written goes out unchanged. */
  #pending = 0;
  #at = 0;

  constructor(source: TextView) {
    this.#text = source.text;
    this.#builder = new MappedTextBuilder(source);
  }

  run(): MappedText {
    const { length } = this.#text;
    while (this.#at < length) {
      this.#skipPlain();
      if (this.#at === length) break;
      const unit = this.#text.charCodeAt(this.#at);
      const kind = unitClass[unit];
      if (kind === UNIT.invisible) this.#invisible(unit);
      if (kind === UNIT.mark) this.#marks();
      if (kind === UNIT.compatible) this.#replaceUnit(unit);
      if (kind === UNIT.typographic) this.#replace(typographicTwins.get(unit) ?? '', 1);
      if (kind === UNIT.surrogate) this.#surrogate(unit);
    }
    this.#flush(length);
    return this.#builder.finish();
  }

  #skipPlain(): void {
    const text = this.#text;
    let at = this.#at;
    while (at < text.length && unitClass[text.charCodeAt(at)] === UNIT.plain) at++;
    this.#at = at;
  }

  #flush(end: number): void {
    this.#builder.copy(this.#pending, end);
  }

  #replace(text: string, units: number): void {
    this.#flush(this.#at);
    this.#builder.put(text, this.#at, this.#at + units);
    this.#at += units;
    this.#pending = this.#at;
  }

  #replaceUnit(unit: number): void {
    const normal = compatibleUnit[unit];
    if (!normal) return this.#replace(this.#compatible(1), 1);
    this.#putUnit(normal, 1);
  }

  #putUnit(normal: number, units: number): void {
    this.#flush(this.#at);
    this.#builder.unit(normal, this.#at, this.#at + units);
    this.#at += units;
    this.#pending = this.#at;
  }

  #compatible(units: number): string {
    const character = this.#text.slice(this.#at, this.#at + units);
    const normal = character.normalize('NFKC');
    return normal.length > MAX_EXPANSION ? character : normal;
  }

  #invisible(unit: number): void {
    const joins =
      unit === ZERO_WIDTH_JOINER &&
      this.#at > 0 &&
      isPictograph(this.#text, this.#at - 1) &&
      isPictograph(this.#text, this.#at + 1);
    if (joins) {
      this.#at++;
      return;
    }
    this.#flush(this.#at);
    // A terminal shows neither the backspace nor what stands before it.
    if (unit === BACKSPACE) this.#builder.erase();
    this.#pending = ++this.#at;
  }

  /** All marks here, with the character that they belong to. */
  #marks(): void {
    const first = this.#at;
    let end = first;
    while (end < this.#text.length && unitClass[this.#text.charCodeAt(end)] === UNIT.mark) end++;
    const pairs = first - 2 >= this.#pending && isLowSurrogate(this.#text.charCodeAt(first - 1));
    const base = first - this.#pending < 1 ? first : first - (pairs ? 2 : 1);
    this.#flush(base);
    const letter = base + 1 === first ? composed(this.#text, base, end) : 0;
    if (letter) this.#builder.unit(letter, base, end);
    else this.#builder.put(cluster(this.#text, base, first, end), base, end);
    this.#at = this.#pending = end;
  }

  #surrogate(unit: number): void {
    const pair = isHighSurrogate(unit) && isLowSurrogate(this.#text.charCodeAt(this.#at + 1));
    // Alone it is no character: programs drop it or show a box.
    if (!pair) return this.#replace('', 1);
    const code = this.#text.codePointAt(this.#at) ?? 0;
    if (code >= 0xe0000 && code < 0xe1000) return this.#replace('', 2);
    if (code === 0x1f3f4) return this.#flag();
    const styled = styledLetter(code);
    if (styled) return this.#putUnit(styled, 2);
    if (code >= 0x1f000 && code < 0x1fb00 && !(code >= 0x1f100 && code < 0x1f252)) {
      this.#at += 2;
      return;
    }
    const normal = this.#compatible(2);
    if (normal === String.fromCodePoint(code)) this.#at += 2;
    else this.#replace(normal, 2);
  }

  #flag(): void {
    FLAG_OF_REGION.lastIndex = this.#at;
    const [flag] = FLAG_OF_REGION.exec(this.#text) ?? [];
    this.#at += flag?.length ?? 2;
  }
}

function cluster(text: string, base: number, firstMark: number, end: number): string {
  const letter = text.slice(base, firstMark);
  const european = letter !== '' && letter.charCodeAt(0) < FIRST_OTHER_SCRIPT;
  if (!european) return text.slice(base, Math.min(end, firstMark + MAX_MARKS)).normalize('NFKC');
  if (end - firstMark > MAX_EUROPEAN_MARKS) return letter.normalize('NFKC');
  return text.slice(base, end).normalize('NFKC').replace(OVERLAY, '');
}
