import { MappedTextBuilder } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import type { Decoding } from './decoder.js';

const CARRIER = /[\ufe00-\ufe0f\u200b-\u200d\u2062\u2064\u{e0000}-\u{e01ef}]/u;
const TAGS = /[\u{e0020}-\u{e007e}]/gu;
const SELECTORS = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]+/gu;
const MIN_HIDDEN = 4;
/** Two invisible characters as bits: most significant first, the first of each pair is zero. */
const BITS: readonly (readonly [RegExp, string])[] = [
  [/[\u2062\u2064]{24,}/g, '\u2062'],
  [/[\u200b\u200c]{24,}/g, '\u200b'],
  [/[\u200b\u200d]{24,}/g, '\u200b'],
];
const READABLE = /^[\p{L}\p{N}\p{P}\p{Z}\p{S}\s]+$/u;

/** What invisible characters spell. The source is the original: the canonical view has none of them. */
export function* decodeHidden(source: TextView, room: number): Iterable<Decoding> {
  if (!CARRIER.test(source.text)) return;
  const tags = tagText(source, room);
  if (tags.text.length >= MIN_HIDDEN) yield { encoding: 'tag-characters', view: tags, certain: true };
  for (const found of source.text.matchAll(SELECTORS)) {
    const bytes = Array.from(found[0], (each) => selectorByte(each.codePointAt(0) ?? 0));
    const view = bytes.length < MIN_HIDDEN ? undefined : spanned(source, found, Buffer.from(bytes).toString('utf8'));
    if (view && view.text.length <= room) yield { encoding: 'variation-selectors', view, certain: true };
  }
  for (const [pattern, zero] of BITS) {
    for (const found of source.text.matchAll(pattern)) yield* fromBits(source, found, zero);
  }
}

function tagText(source: TextView, room: number): TextView {
  const builder = new MappedTextBuilder(source);
  for (const found of source.text.matchAll(TAGS)) {
    if (builder.length >= room) break;
    builder.put(String.fromCharCode((found[0].codePointAt(0) ?? 0) - 0xe0000), found.index, found.index + 2);
  }
  return builder.finish();
}

function selectorByte(code: number): number {
  return code < 0x1_0000 ? code - 0xfe00 : code - 0xe0100 + 16;
}

function* fromBits(source: TextView, found: RegExpExecArray, zero: string): Iterable<Decoding> {
  for (const flipped of [0, 1]) {
    const bytes = new Uint8Array(found[0].length >> 3);
    for (let at = 0; at < bytes.length * 8; at++) {
      const bit = (found[0][at] === zero ? 0 : 1) ^ flipped;
      bytes[at >> 3] = (bytes[at >> 3]! << 1) | bit;
    }
    const view = spanned(source, found, Buffer.from(bytes).toString('utf8'));
    if (view) yield { encoding: 'zero-width-bits', view, certain: true };
  }
}

/** A text that came from a match as a whole; undefined when nobody can read it. */
function spanned(source: TextView, found: RegExpExecArray, text: string): TextView | undefined {
  if (!READABLE.test(text) || text.includes('\ufffd')) return undefined;
  const builder = new MappedTextBuilder(source);
  builder.put(text, found.index, found.index + found[0].length);
  return builder.finish();
}
