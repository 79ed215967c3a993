import { normalise } from './canonical.js';
import { isPrintableAscii } from './characters.js';
import { decodedViews } from './decoding/decode.js';
import { fold, unspaced } from './folding/folded.js';
import { foldLookAlikes } from './look-alikes.js';
import { MappedText } from './mapped-text.js';
import type { DecodedView, TextView, TextViews } from './text-views.js';

/** The forms in which detectors read a text; each is made on its first use. */
export function viewsOf(text: string): TextViews {
  return new LazyViews(text);
}

class LazyViews implements TextViews {
  #canonical: TextView | undefined;
  #unspaced: TextView | undefined;
  #folded: TextView | undefined;
  #decoded: readonly DecodedView[] | undefined;

  constructor(readonly original: string) {}

  get canonical(): TextView {
    return (this.#canonical ??= canonicalView(this.original));
  }

  get folded(): TextView {
    return (this.#folded ??= fold(this.#words));
  }

  get decoded(): readonly DecodedView[] {
    return (this.#decoded ??= decodedViews(new MappedText(this.original, undefined), this.canonical, this.#words));
  }

  get #words(): TextView {
    return (this.#unspaced ??= unspaced(this.canonical));
  }
}

function canonicalView(text: string): TextView {
  const original = new MappedText(text, undefined);
  if (isPrintableAscii(text)) return original;
  const normal = normalise(original);
  return isPrintableAscii(normal.text) ? normal : foldLookAlikes(normal);
}
