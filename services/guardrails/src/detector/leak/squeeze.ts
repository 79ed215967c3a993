import { MappedText, MappedTextBuilder } from '../../text/mapped-text.js';
import type { TextView } from '../../text/text-views.js';

const LETTERS_AND_DIGITS = /[\p{L}\p{N}]+/gu;
const LETTERS = /\p{L}+/gu;

/** Only the letters and digits of a view, in lower case: however they are spaced, split or punctuated. */
export function squeezed(view: TextView): TextView {
  return pick(view, LETTERS_AND_DIGITS);
}

/** Only the letters of a view, in lower case: numbers of a list drop out as well. */
export function squeezedLetters(view: TextView): TextView {
  return pick(view, LETTERS);
}

function pick(view: TextView, kept: RegExp): TextView {
  const builder = new MappedTextBuilder(view);
  for (const found of view.text.matchAll(kept)) builder.copy(found.index, found.index + found[0].length);
  const picked = builder.finish();
  const lower = picked.text.toLowerCase();
  return new MappedText(lower.length === picked.text.length ? lower : picked.text, picked);
}
