import { isPrintableAscii } from '../characters.js';
import { normalise } from '../canonical.js';
import { looksLikeLanguage } from '../language.js';
import type { DecodedView, TextView } from '../text-views.js';
import type { Span } from '../../detector/verdict-words.js';
import { decodeBaseN } from './base-n.js';
import { decodeCiphers } from './ciphers.js';
import type { Decoder, Decoding } from './decoder.js';
import { decodeEscapes } from './escapes.js';
import { decodeHidden } from './hidden.js';
import { decodePrintableCodes } from './printable-codes.js';
import { decodeSpelled } from './spelled.js';

const MAX_DEPTH = 2;
const MAX_VIEWS = 32;
const MAX_CHARACTERS = 65_536;
/** Least resemblance to language; see `looksLikeLanguage`. */
const MIN_LANGUAGE = 0.5;
const MIN_LENGTH = 6;

const DECODERS: readonly Decoder[] = [decodeBaseN, decodeEscapes, decodeSpelled, decodePrintableCodes, decodeCiphers];

/** What is hidden in a text. Bounded: at most 32 views of 64 k characters together, at most two encodings deep. */
export function decodedViews(original: TextView, canonical: TextView): readonly DecodedView[] {
  const search = new Search();
  if (original.text !== canonical.text) search.run(original, [decodeHidden], []);
  search.run(canonical, DECODERS, []);
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
    const { encoding, certain, last } = decoding;
    const { length } = decoding.view.text;
    if (length < MIN_LENGTH || length > this.#room) return;
    this.#room -= length;
    const view = isPrintableAscii(decoding.view.text) ? decoding.view : normalise(decoding.view);
    const encodings = [...outer, encoding];
    const counts = certain || looksLikeLanguage(view.text) >= MIN_LANGUAGE;
    if (counts) this.views.push(new Decoded(view, encodings));
    if (!last && encodings.length < MAX_DEPTH) this.run(view, DECODERS, encodings);
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
