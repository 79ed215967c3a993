import { characterClasses, CharacterClass, plainLetters } from './character-classes.js';

/** The hashed n-grams of a text, in the segments (sentences, roughly) that windows are made of. No n-gram crosses segments. */
export interface Features {
  /** 32-bit hashes, in the order of the text; a model takes their upper bits as the bucket. */
  readonly hashes: Uint32Array;
  readonly segments: number;
  /** Per segment and one more: where its hashes begin, how many words stand before it. */
  readonly firstHash: Uint32Array;
  readonly wordsBefore: Uint32Array;
  /** Per segment, in UTF-16 code units of the text. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Where the text goes on that did not fit; the text's length if all did. */
  readonly next: number;
}

export const FEATURES_VERSION = 1;
const MAX_SEGMENT_WORDS = 64;
const MIN_SENTENCE_WORDS = 3;
const MIN_LINE_WORDS = 6;
const MAX_SEGMENT_SYMBOLS = 64;
const MAX_SPELLED = 24;
/** No word makes more hashes than this: its letters' n-grams, five of words, one of a symbol before it. */
const HASHES_PER_WORD = 3 * MAX_SPELLED + 8;
const CAPACITY = 0x1_0000;
/** The longest segment fits. */
const MIN_CAPACITY = 0x2000;
const MAX_SEGMENTS = 0x2000;
const { SPACE, LETTER, DIGIT, IDEOGRAPH, SYMBOL, JOINER, NEWLINE, STOP } = CharacterClass;

/**
 * Turns folded text (lower case, look-alikes undone) into hashes of words, pairs and triples of words, pairs with a gap,
 * 3 to 5 letters of a word with its borders, and runs of symbols. It reuses its buffers: a result is valid until the next call.
 */
export class FeatureExtractor {
  readonly #classes = characterClasses();
  readonly #letters = plainLetters(this.#classes);
  readonly #hashes: Uint32Array;
  readonly #firstHash = new Uint32Array(MAX_SEGMENTS + 1);
  readonly #wordsBefore = new Uint32Array(MAX_SEGMENTS + 1);
  readonly #starts = new Uint32Array(MAX_SEGMENTS);
  readonly #ends = new Uint32Array(MAX_SEGMENTS);
  readonly #spelled = new Uint16Array(MAX_SPELLED + 2);
  #count = 0;
  #segments = 0;
  #words = 0;
  #segmentWords = 0;
  #segmentSymbols = 0;
  #segmentStart = 0;
  #lastEnd = 0;
  #previous = 0;
  #beforePrevious = 0;
  #symbol = 0;

  /** `capacity`: hashes that fit; a longer text is read in pieces. */
  constructor(capacity = CAPACITY) {
    this.#hashes = new Uint32Array(Math.max(capacity, MIN_CAPACITY));
  }

  /** Of the text from `from` on, as far as the buffers go. */
  extract(text: string, from = 0): Features {
    this.#reset(from);
    let at = from;
    while (at < text.length && this.#count + HASHES_PER_WORD < this.#hashes.length && this.#segments < MAX_SEGMENTS) {
      at = this.#step(text, at);
    }
    if (at < text.length && this.#segments > 0) at = this.#segmentStart;
    else this.#closeSegment();
    return this.#result(at);
  }

  #reset(from: number): void {
    this.#count = 0;
    this.#segments = 0;
    this.#words = 0;
    this.#openSegment(from);
    this.#lastEnd = from;
  }

  #result(next: number): Features {
    return {
      hashes: this.#hashes,
      segments: this.#segments,
      firstHash: this.#firstHash,
      wordsBefore: this.#wordsBefore,
      starts: this.#starts,
      ends: this.#ends,
      next,
    };
  }

  #step(text: string, at: number): number {
    const kind = this.#classes[text.charCodeAt(at)]!;
    if (kind === LETTER || kind === DIGIT) return this.#word(text, at);
    if (kind === IDEOGRAPH) return this.#ideograph(text, at);
    if (kind === SYMBOL) return this.#symbolRun(text, at);
    this.#symbol = 0;
    if (kind === NEWLINE) return this.#newline(text, at);
    return kind === STOP ? this.#stop(text, at) : at + 1;
  }

  #word(text: string, start: number): number {
    const spelled = this.#spelled;
    let hash = 0x811c9dc5;
    let length = 0;
    let at = start;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const kind = this.#classes[unit]!;
      if (kind === JOINER) continue;
      if (kind !== LETTER && kind !== DIGIT) break;
      const letter = this.#letters[unit]!;
      hash = Math.imul(hash ^ letter, 0x01000193);
      if (length < MAX_SPELLED) spelled[++length] = letter;
    }
    this.#addWord(hash, start, at);
    if (length >= 3) this.#spell(length);
    return at;
  }

  #ideograph(text: string, start: number): number {
    this.#addWord(Math.imul(0x811c9dc5 ^ text.charCodeAt(start), 0x01000193), start, start + 1);
    return start + 1;
  }

  #addWord(hash: number, start: number, end: number): void {
    if (this.#segmentWords === MAX_SEGMENT_WORDS) {
      this.#closeSegment();
      this.#openSegment(start);
    }
    this.#add(hash, 0x9e3779b1);
    if (this.#segmentWords >= 1) this.#add(Math.imul(this.#previous, 0x85ebca6b) + hash, 0xc2b2ae35);
    if (this.#segmentWords >= 2) {
      this.#add(Math.imul(this.#beforePrevious, 0x27d4eb2f) + hash, 0x165667b1);
      this.#add(Math.imul(Math.imul(this.#beforePrevious, 0x85ebca6b) + this.#previous, 0x85ebca6b) + hash, 0xd3a2646c);
    }
    if (this.#symbol !== 0) this.#add(Math.imul(this.#symbol, 0x27d4eb2f) + hash, 0xfd7046c5);
    this.#beforePrevious = this.#previous;
    this.#previous = hash;
    this.#symbol = 0;
    this.#segmentWords += 1;
    this.#lastEnd = end;
  }

  /** The 3 to 5 letters that begin at each letter of the word, with its borders. */
  #spell(length: number): void {
    const spelled = this.#spelled;
    spelled[0] = 32;
    spelled[length + 1] = 32;
    for (let first = 0; first + 2 <= length + 1; first++) {
      let hash = Math.imul(spelled[first]!, 0x9e3779b1) ^ spelled[first + 1]!;
      for (let last = first + 2; last <= Math.min(first + 4, length + 1); last++) {
        hash = Math.imul(hash, 0x01000193) ^ spelled[last]!;
        this.#add(hash, 0xb55a4f09);
      }
    }
  }

  /** A run of one symbol: itself, how often, and the word that follows at once. */
  #symbolRun(text: string, start: number): number {
    const unit = text.charCodeAt(start);
    let at = start + 1;
    while (at < text.length && text.charCodeAt(at) === unit) at++;
    this.#symbol = Math.imul(unit, 0x01000193) + Math.min(at - start, 3);
    if (this.#segmentSymbols++ < MAX_SEGMENT_SYMBOLS) this.#add(this.#symbol, 0x68e31da4);
    this.#lastEnd = at;
    return at;
  }

  #stop(text: string, at: number): number {
    const follows = at + 1 < text.length ? this.#classes[text.charCodeAt(at + 1)]! : SPACE;
    this.#lastEnd = at + 1;
    const wide = text.charCodeAt(at) > 0x2fff;
    if ((wide || follows === SPACE || follows === NEWLINE) && this.#segmentWords >= MIN_SENTENCE_WORDS) {
      this.#closeSegment();
      this.#openSegment(at + 1);
    }
    return at + 1;
  }

  #newline(text: string, at: number): number {
    const blank = at + 1 < text.length && this.#classes[text.charCodeAt(at + 1)] === NEWLINE;
    if (this.#segmentWords >= (blank ? MIN_SENTENCE_WORDS : MIN_LINE_WORDS)) {
      this.#closeSegment();
      this.#openSegment(at + 1);
    }
    return at + 1;
  }

  #add(hash: number, salt: number): void {
    let mixed = hash ^ salt;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    this.#hashes[this.#count++] = (mixed ^ (mixed >>> 16)) >>> 0;
  }

  #openSegment(start: number): void {
    this.#firstHash[this.#segments] = this.#count;
    this.#wordsBefore[this.#segments] = this.#words;
    this.#segmentStart = start;
    this.#segmentWords = 0;
    this.#segmentSymbols = 0;
    this.#symbol = 0;
  }

  #closeSegment(): void {
    const segment = this.#segments;
    if (this.#count === this.#firstHash[segment]) return;
    this.#starts[segment] = this.#segmentStart;
    this.#ends[segment] = this.#lastEnd;
    this.#words += this.#segmentWords;
    this.#segments += 1;
    this.#firstHash[this.#segments] = this.#count;
    this.#wordsBefore[this.#segments] = this.#words;
  }
}
