import type { Span } from '../detector/verdict-words.js';

/** A text in another form, with the way back. */
export interface TextView {
  readonly text: string;
  /** The smallest span of the original that a half-open span of this view came from. */
  originalSpan(start: number, end: number): Span;
}

/** A part of the text that was encoded, readable again. */
export interface DecodedView extends TextView {
  /** Outermost first, for example `['base64', 'url']`. */
  readonly encodings: readonly string[];
}

/** The forms in which detectors read one text. */
export interface TextViews {
  readonly original: string;
  /** NFKC, look-alikes, invisible characters and the like undone; letters, digits and case as they are. */
  readonly canonical: TextView;
  /** The canonical view for classifiers: lower case, leet and spaced letters undone. */
  readonly folded: TextView;
  /** What was hidden in encodings, to depth 2 and in bounded size. */
  readonly decoded: readonly DecodedView[];
}
