import type { TextView } from '../text-views.js';

/** A part of a text that may be encoded, decoded. */
export interface Decoding {
  readonly encoding: string;
  readonly view: TextView;
  /** Whether the decoder has its own proof that something was hidden; otherwise it counts only when it reads like language. */
  readonly certain: boolean;
  /** A change of letters or of their order: not undone a second time. */
  readonly cipher?: boolean;
}

/** Finds the parts of a text in some encodings; linear in the length of the text. Yields nothing longer than `room`. */
export type Decoder = (source: TextView, room: number) => Iterable<Decoding>;
