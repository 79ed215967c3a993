import { MappedTextBuilder } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import type { Decoding } from './decoder.js';
import { readsAsValue } from './values.js';
import {
  NOTHING,
  readBackslash,
  readHtmlEntity,
  readQuotedPrintable,
  readUrlEscape,
  WIDTH,
  type ReadEscape,
} from './escape-grammar.js';

interface Escape {
  readonly encoding: string;
  /** The character that every escape begins with. */
  readonly mark: string;
  readonly read: ReadEscape;
}

const ESCAPES: readonly Escape[] = [
  { encoding: 'url', mark: '%', read: readUrlEscape },
  { encoding: 'html', mark: '&', read: readHtmlEntity },
  { encoding: 'quoted-printable', mark: '=', read: readQuotedPrintable },
  { encoding: 'escape', mark: '\\', read: readBackslash },
];

/** So many escapes of letters, digits and spaces have no other reason than to hide them. */
const MIN_NEEDLESS = 3;
const needless = Uint8Array.from({ length: 0x80 }, (_, code) => Number(/[A-Za-z0-9 ]/.test(String.fromCharCode(code))));

/** Texts with escapes: URL, HTML, quoted-printable, and those of programming languages. */
export function* decodeEscapes(source: TextView, room: number): Iterable<Decoding> {
  for (const escape of ESCAPES) {
    if (!source.text.includes(escape.mark)) continue;
    const found = decodeRegion(source, escape, room);
    if (found) yield { encoding: escape.encoding, ...found };
  }
}

interface Region {
  readonly view: TextView;
  /** What was escaped is a value, whatever stands beside it. */
  readonly certain: boolean;
}

/** From the line of the first escape to the end of the line of the last one, or as far as there is room. */
function decodeRegion(source: TextView, { mark, read }: Escape, room: number): Region | undefined {
  const { text } = source;
  let builder: MappedTextBuilder | undefined;
  let copied = 0;
  let hidden = 0;
  let first = 0;
  let last = 0;
  for (let at = text.indexOf(mark); at >= 0;) {
    const found = read(text, at);
    const code = Math.floor(found / WIDTH);
    const width = found % WIDTH;
    if (found) {
      if (!builder) copied = Math.max(text.lastIndexOf('\n', at) + 1, at - room);
      builder ??= new MappedTextBuilder(source);
      if (builder.length + at - copied >= room) break;
      builder.copy(copied, at);
      if (last === 0) first = builder.length;
      copied = at + width;
      if (needless[code]) hidden++;
      if (code < 0x1_0000) builder.unit(code, at, copied);
      else if (code !== NOTHING) builder.put(String.fromCodePoint(code), at, copied);
      last = builder.length;
    }
    at = text.indexOf(mark, at + Math.max(1, width));
  }
  if (!builder || hidden < MIN_NEEDLESS) return undefined;
  const lineEnd = text.indexOf('\n', copied);
  builder.copy(copied, Math.min(lineEnd < 0 ? text.length : lineEnd, copied + Math.max(0, room - builder.length)));
  const view = builder.finish();
  return { view, certain: readsAsValue(view.text.slice(first, last)) };
}
