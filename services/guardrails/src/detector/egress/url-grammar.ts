import { CharSet } from '../../pattern/char-set.js';

/** ASCII characters that end a host in prose, but that belong to a host which goes on behind them. */
const PUNCTUATION = "'(),;!$&*+=~^|{}[]`";
/** Characters behind which no URL goes on: white space and what quotes or encloses it. */
const ENDS = String.raw`\s<>"`;
const WIDE_SPACES = String.raw`\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

const inBrackets = (characters: string): string => characters.replace(/[[\]^]/g, String.raw`\$&`);

const HOST = String.raw`[^\x00-\x20\x7f${WIDE_SPACES}<>"/\\?#${inBrackets(PUNCTUATION)}]`;

/** Parts of patterns, in the syntax of `parsePattern`. */
export const grammar = {
  /** Schemes that lead to a host. */
  hostScheme: '(https?|wss?|ftps?)',
  /**
   * Host, port and what precedes them. Punctuation belongs to it only if more of it follows: `a.com).evil.org` is one host
   * for a browser, and the host of `(https://a.com)` is not `a.com)`.
   */
  authority: `([${inBrackets(PUNCTUATION)}]*${HOST}|"${HOST})+`,
  /** One character of a bare URL. */
  url: String.raw`[^${ENDS}${WIDE_SPACES}]`,
  /** A Markdown destination up to the end of its host; what is escaped in it does not end it. */
  destination: destinationOf(String.raw`/\\?#`),
  /** What stands between the brackets of an image: text, escapes, brackets two deep. */
  label: labelOf(labelOf(labelOf(''))),
} as const;

function destinationOf(ends: string): string {
  const part = String.raw`([^\s<>)${ends}]|\\[^\s/\\]|&#[0-9a-z]{1,8};?)*`;
  return String.raw`\s{0,64}<?${part}([/\\]+${part})?`;
}

function labelOf(inner: string): string {
  return String.raw`([^\[\]\\]|\\[^\n]${inner && String.raw`|\[${inner}\]`})*`;
}

export const setOf = (characters: string): CharSet =>
  CharSet.of(...[...characters].map((each) => [each.charCodeAt(0), each.charCodeAt(0)] as const));

const WHITE_SPACE = CharSet.where((unit) => /\s/.test(String.fromCharCode(unit)));
const NO_HOST = CharSet.of([0, 32], [127, 127])
  .union(WHITE_SPACE)
  .union(setOf(`<>"/\\?#${PUNCTUATION}`));

/** While one of these follows, a host is not complete. */
export const HOST_SET = NO_HOST.complement();
/** While one of these follows, a bare URL is not complete. */
export const URL_SET = WHITE_SPACE.union(setOf('<>"')).complement();
/**
 * Characters that go with the host of a bare URL. What may enclose a URL stays, and so does what another URL would begin
 * with: no two tails grow at once.
 */
export const URL_REST_SET = WHITE_SPACE.union(setOf('<>")]`:')).complement();
/** The same for destinations in Markdown. */
export const DESTINATION_REST_SET = WHITE_SPACE.union(setOf('<>)]')).complement();
/** While one of these follows, the host of a destination is not complete. */
export const DESTINATION_HOST_SET = WHITE_SPACE.union(setOf('<>)/\\?#')).complement();
