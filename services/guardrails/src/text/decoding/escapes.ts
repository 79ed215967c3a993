import { MappedTextBuilder } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import type { Decoding } from './decoder.js';

interface Escape {
  readonly encoding: string;
  /** A character that every escape has: without it there is nothing to look for. */
  readonly mark: string;
  readonly pattern: RegExp;
  /** undefined = not an escape after all. */
  decode(match: string): string | undefined;
}

const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  Tab: '\t',
  NewLine: '\n',
};
const LARGEST_CODE_POINT = 0x10ffff;

const ESCAPES: readonly Escape[] = [
  { encoding: 'url', mark: '%', pattern: /(?:%[0-9A-Fa-f]{2})+/g, decode: (match) => utf8(match.replaceAll('%', '')) },
  {
    encoding: 'html',
    mark: '&',
    pattern: /&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos|nbsp|Tab|NewLine);?/g,
    decode: (match) => {
      const name = match.replace(/^&|;$/g, '');
      if (!name.startsWith('#')) return NAMED[name];
      return codePoint(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
    },
  },
  {
    encoding: 'quoted-printable',
    mark: '=',
    pattern: /(?:=[0-9A-F]{2})+|=\r?\n/g,
    decode: (match) => (match.includes('\n') ? '' : utf8(match.replaceAll('=', ''))),
  },
  {
    encoding: 'escape',
    mark: '\\',
    pattern: /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|[0-7]{3})/g,
    decode: (match) => {
      const octal = /^\\[0-7]/.test(match);
      return codePoint(Number.parseInt(match.replace(/[\\xu{}]/g, ''), octal ? 8 : 16));
    },
  },
];

/** So many escapes of letters, digits and spaces have no other reason than to hide them. */
const MIN_NEEDLESS = 3;
const NEEDLESS = /[A-Za-z0-9 ]/g;

/** Texts with escapes: URL, HTML, quoted-printable, and those of programming languages. */
export function* decodeEscapes(source: TextView, room: number): Iterable<Decoding> {
  for (const escape of ESCAPES) {
    if (!source.text.includes(escape.mark)) continue;
    const view = decodeRegion(source, escape, room);
    if (view) yield { encoding: escape.encoding, view, certain: false };
  }
}

/** From the line of the first escape to the end of the line of the last one. */
function decodeRegion(source: TextView, escape: Escape, room: number): TextView | undefined {
  const { text } = source;
  const builder = new MappedTextBuilder(source);
  let copied = -1;
  let needless = 0;
  for (const match of text.matchAll(escape.pattern)) {
    const decoded = escape.decode(match[0]);
    if (decoded === undefined) continue;
    if (copied < 0) copied = Math.max(text.lastIndexOf('\n', match.index) + 1, match.index - room);
    if (builder.length + match.index - copied > room) break;
    needless += decoded.match(NEEDLESS)?.length ?? 0;
    builder.copy(copied, match.index);
    builder.put(decoded, match.index, match.index + match[0].length);
    copied = match.index + match[0].length;
  }
  if (needless < MIN_NEEDLESS) return undefined;
  const lineEnd = text.indexOf('\n', copied);
  builder.copy(copied, Math.min(lineEnd < 0 ? text.length : lineEnd, copied + room - builder.length));
  return builder.finish();
}

function utf8(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf8');
}

function codePoint(code: number): string | undefined {
  if (code === 0 || code > LARGEST_CODE_POINT || (code >= 0xd800 && code < 0xe000)) return undefined;
  return String.fromCodePoint(code);
}
