import { isUtf8 } from 'node:buffer';
import { MappedText } from '../mapped-text.js';
import type { TextView } from '../text-views.js';

/** A run of characters that each stand for some bits, in the order of the text. */
export interface EncodedRun {
  readonly source: TextView;
  /** Offset in the source of the character at an index of the run; the index may be one past the end. */
  readonly offset: (index: number) => number;
  readonly bitsPerCharacter: number;
  readonly length: number;
}

/** Bytes as text; undefined when they are not UTF-8 that somebody could read. */
export function byteText(bytes: Uint8Array, run: EncodedRun): TextView | undefined {
  if (!bytes.length || !printable(bytes)) return undefined;
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const ascii = text.length === bytes.length;
  const byteAt = (unit: number) => (ascii ? unit : Buffer.byteLength(text.slice(0, unit)));
  return new MappedText(text, run.source, (start, end) => {
    const first = Math.min(run.length, Math.floor((byteAt(start) * 8) / run.bitsPerCharacter));
    const last = Math.min(run.length, Math.ceil((byteAt(end) * 8) / run.bitsPerCharacter));
    const from = run.offset(first);
    return { start: from, end: end === start ? from : run.offset(last - 1) + 1 };
  });
}

/** No control characters and few that ASCII text does not have. */
function printable(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 ? byte < 9 || (byte > 10 && byte !== 13) : byte === 0x7f) return false;
  }
  return true;
}
