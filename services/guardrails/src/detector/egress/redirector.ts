/** Hosts that lead to whatever their link names, or to what only they know. */
const REDIRECTORS: ReadonlySet<string> = new Set([
  'bit.ly',
  't.co',
  'tinyurl.com',
  'goo.gl',
  'is.gd',
  'ow.ly',
  'buff.ly',
  'rb.gy',
  'cutt.ly',
  'shorturl.at',
  'lnkd.in',
  't.ly',
  'tiny.cc',
  'v.gd',
  's.id',
  'rebrand.ly',
  'linktr.ee',
  'href.li',
  'l.facebook.com',
  'lm.facebook.com',
  'slack-redir.net',
  'translate.goog',
  'web.archive.org',
  'webcache.googleusercontent.com',
  'r.jina.ai',
  'corsproxy.io',
  'api.allorigins.win',
]);
const REDIRECTOR_PATHS =
  /^(?:www\.)?(?:google\.[a-z.]{2,6}\/url|youtube\.com\/redirect|bing\.com\/ck|duckduckgo\.com\/l)\b/;
const HOLDS_URL = /(?:^|[=/?&#,;|])(?:[a-z][a-z\d+.-]*:)?[/\\]{2}[^/\\]|^(?:https?|ftp):/i;

/** Whether a URL is made to lead somewhere else: a shortener, a proxy, or a URL inside of its query or path. */
export function isRedirector(url: URL): boolean {
  const host = url.hostname.replace(/^www\./, '').replace(/\.$/, '');
  if (REDIRECTORS.has(host) || host.endsWith('.translate.goog')) return true;
  if (REDIRECTOR_PATHS.test(url.hostname + url.pathname)) return true;
  if (/(?:https?|ftp)(?::|%3a)(?:\/|%2f)/i.test(url.pathname)) return true;
  return [...url.searchParams.values()].some((value) => HOLDS_URL.test(decoded(value)));
}

/** Undoes one more encoding, which a redirector would undo as well. */
function decoded(value: string): string {
  return value.replace(/%([2-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
