import { isRelative, parseUrl, type UrlJudge, type UrlUse } from './url-judge.js';

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    apos: "'",
    bsol: '\\',
    colon: ':',
    commat: '@',
    dot: '.',
    equals: '=',
    excl: '!',
    gt: '>',
    hyphen: '-',
    lbrack: '[',
    lowbar: '_',
    lpar: '(',
    lsqb: '[',
    lt: '<',
    newline: '\n',
    nbsp: ' ',
    num: '#',
    percnt: '%',
    period: '.',
    quest: '?',
    quot: '"',
    rbrack: ']',
    rpar: ')',
    rsqb: ']',
    semi: ';',
    sol: '/',
    tab: '\t',
  }),
);
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,31}));?/gi;
const ESCAPE = /\\([!-/:-@[-`{-~])/g;

/**
 * Whether a Markdown destination may stay, which may be cut off behind its host. Renderers differ in how they undo escapes
 * and entities: a destination that has some before its path must lead nowhere else in every reading.
 */
export function allowsDestination(judge: UrlJudge, raw: string, use: UrlUse = 'link'): boolean {
  // A longer reading of the same destination decides: an entity may begin here.
  if (raw.endsWith('&')) return true;
  const text = raw.trim().replace(/^</, '').trim();
  const escaped = text.replace(ESCAPE, '$1');
  const decoded = decodeEntities(escaped);
  if (decoded === text) return judge.allows(text, use);
  return [text, escaped, decoded, decodeEntities(text)].every((reading) => isRelative(reading.trim()));
}

function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED_ENTITIES.get(name.toLowerCase()) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '0', 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

const SEPARATED = /^([a-z]+:[/\\]+["'(),;!$&*+=~^|{}[\]`]*[^\s<>"/\\?#'(),;!$&*+=~^|{}[\]`]+)/i;
const NEXT_URL = /["'(),;!$&*+=~^|{}[\]`]+(?:https?|wss?|ftps?):$/i;

/**
 * Whether a URL in prose may stay, which may be cut off behind its host. Punctuation in it makes two readings: the host ends
 * there, or goes on, as it does for a browser.
 */
export function allowsBareUrl(judge: UrlJudge, value: string): boolean {
  const url = value.replace(NEXT_URL, '');
  const first = SEPARATED.exec(url)?.[1];
  if (first === undefined || !/[\p{L}\p{N}]/u.test(first.replace(/^[a-z]+:/i, ''))) return true;
  if (!judge.allows(first)) return false;
  return parseUrl(url) === undefined || judge.allows(url);
}
