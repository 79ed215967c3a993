import { isPrintableAscii } from '../characters.js';
import { normalise } from '../canonical.js';
import { holdsLanguage } from '../language.js';
import type { DecodedView, TextView } from '../text-views.js';
import type { Span } from '../../detector/verdict-words.js';
import { decodeBaseN } from './base-n.js';
import { decodeCiphers } from './ciphers.js';
import type { Decoder, Decoding } from './decoder.js';
import { decodeEscapes } from './escapes.js';
import { decodeHidden } from './hidden.js';
import { decodePrintableCodes } from './printable-codes.js';
import { decodeSpelled } from './spelled.js';
import { readsAsValue } from './values.js';

const MAX_DEPTH = 2;
const MAX_VIEWS = 32;
const MAX_CHARACTERS = 65_536;
const MIN_LENGTH = 6;

const CODES: readonly Decoder[] = [decodeBaseN, decodeEscapes, decodeSpelled];
const DECODERS: readonly Decoder[] = [...CODES, decodePrintableCodes, decodeCiphers];

/** What is hidden in a text; `unspaced`: its canonical view with letters that stood apart as words. Bounded: at most 32 views of 64 k characters together, at most two encodings deep. */
export function decodedViews(original: TextView, canonical: TextView, unspaced: TextView): readonly DecodedView[] {
  const search = new Search();
  if (original.text !== canonical.text) search.run(original, [decodeHidden], []);
  search.run(canonical, DECODERS, []);
  if (unspaced.text.length < canonical.text.length) search.run(unspaced, CODES, ['spaced-letters']);
  return search.views;
}

class Search {
  readonly views: DecodedView[] = [];
  #room = MAX_CHARACTERS;

  run(source: TextView, decoders: readonly Decoder[], outer: readonly string[]): void {
    for (const decoder of decoders) {
      for (const decoding of decoder(source, this.#room)) {
        if (this.views.length >= MAX_VIEWS) return;
        this.#take(decoding, outer);
      }
    }
  }

  #take(decoding: Decoding, outer: readonly string[]): void {
    const { encoding, certain, cipher } = decoding;
    const { length } = decoding.view.text;
    if (length < MIN_LENGTH || length > this.#room) return;
    this.#room -= length;
    const view = isPrintableAscii(decoding.view.text) ? decoding.view : normalise(decoding.view);
    const encodings = [...outer, encoding];
    const counts = certain || holdsLanguage(view.text) || readsAsValue(view.text);
    if (counts) this.views.push(new Decoded(view, encodings));
    if (encodings.length < MAX_DEPTH) this.run(view, cipher ? CODES : DECODERS, encodings);
  }
}

class Decoded implements DecodedView {
  constructor(
    private readonly view: TextView,
    readonly encodings: readonly string[],
  ) {}

  get text(): string {
    return this.view.text;
  }

  originalSpan(start: number, end: number): Span {
    return this.view.originalSpan(start, end);
  }
}
