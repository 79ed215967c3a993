import { WeirError } from '@weir/errors';

/** What a URL is used for: an image is fetched as soon as it is shown, a link only when somebody follows it. */
export type UrlUse = 'link' | 'image';

export interface UrlRules {
  /** Host names: exact, or `*.example.com` for every name below it. */
  readonly allow: readonly string[];
  /** Without the colon. */
  readonly schemes: readonly string[];
  /** keep: links to other hosts pass as long as their query is short; images never do. */
  readonly unlisted: 'remove' | 'keep';
  /** Most characters of query and fragment together; Infinity = any. */
  readonly maxQueryChars: number;
  readonly images: 'allow' | 'deny';
}

/** Nothing absolute may be linked or shown. */
export const NO_URLS: UrlRules = {
  allow: [],
  schemes: ['http', 'https'],
  unlisted: 'remove',
  maxQueryChars: Infinity,
  images: 'allow',
};

const NOWHERE = 'nowhere.invalid';
const RELATIVE_TO = `https://${NOWHERE}/`;
/** Everything that may stand right behind a host name in prose and is no part of a name that can be resolved. */
const TRAILING = /[^\p{L}\p{N}-]+$/u;
const EMPTY_REFERENCE = /^(?:[a-z][a-z\d+.-]*:)?[/\\]*$/i;

/** Decides where URLs may lead, as a browser reads them: what does not parse is refused. */
export class UrlJudge {
  readonly #rules: UrlRules;
  readonly #exact: ReadonlySet<string>;
  readonly #suffixes: readonly string[];
  readonly #protocols: ReadonlySet<string>;

  /** @throws WeirError `invalid_configuration` for an entry that is no host name. */
  constructor(rules: UrlRules) {
    this.#rules = rules;
    this.#exact = new Set(rules.allow.filter((host) => !host.startsWith('*.')).map(canonicalHost));
    this.#suffixes = rules.allow
      .filter((host) => host.startsWith('*.'))
      .map((host) => `.${canonicalHost(host.slice(2))}`);
    this.#protocols = new Set(rules.schemes.map((scheme) => `${scheme.toLowerCase()}:`));
  }

  /** Whether a reference, absolute or relative, may stay. One that leads nowhere may. */
  allows(reference: string, use: UrlUse = 'link'): boolean {
    if (use === 'image' && this.#rules.images === 'deny') return reference === '';
    if (isRelative(reference)) return true;
    const url = parseUrl(reference) ?? parseUrl(reference, RELATIVE_TO);
    return url !== undefined && this.#allowsUrl(url, use);
  }

  #allowsUrl(url: URL, use: UrlUse): boolean {
    if (!this.#protocols.has(url.protocol) || url.username || url.password) return false;
    const host = url.hostname.replace(TRAILING, '');
    if (!host) return url.protocol !== 'https:' && url.protocol !== 'http:';
    if (this.#exact.has(host) || this.#suffixes.some((suffix) => host.endsWith(suffix))) {
      return this.#hasShortQuery(url);
    }
    return this.#rules.unlisted === 'keep' && use === 'link' && this.#hasShortQuery(url);
  }

  #hasShortQuery(url: URL): boolean {
    return url.search.length + url.hash.length <= this.#rules.maxQueryChars;
  }
}

/** Whether a reference stays on the host of the page that holds it, or leads nowhere. */
export function isRelative(reference: string): boolean {
  if (EMPTY_REFERENCE.test(reference)) return true;
  return parseUrl(reference) === undefined && parseUrl(reference, RELATIVE_TO)?.hostname === NOWHERE;
}

export function parseUrl(text: string, base?: string): URL | undefined {
  return URL.parse(text, base) ?? undefined;
}

function canonicalHost(host: string): string {
  const url = parseUrl(`https://${host}/`);
  if (!url || !host || /[/\\?#@:*\s]/.test(host)) {
    throw new WeirError('invalid_configuration', `${JSON.stringify(host)} is not a host name.`);
  }
  return url.hostname.replace(/\.$/, '');
}
