import { CharSet } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import { egressSpec } from './egress-spec.js';
import { setOf } from './url-grammar.js';

const HTML_REMOVED = '(html removed)';

/** Elements that fetch, run, navigate, take input or change how what follows is read. */
const ELEMENTS = {
  script: ['script', 'noscript'],
  image: ['img', 'image'],
  media: ['picture', 'video', 'audio', 'source', 'track', 'bgsound'],
  frame: ['iframe', 'frame', 'frameset', 'noframes', 'embed', 'object', 'applet', 'param', 'portal', 'fencedframe'],
  style: ['style'],
  link: ['a', 'area'],
  svg: ['svg', 'math', 'foreignobject', 'animate', 'animatetransform', 'animatemotion', 'set', 'use', 'maction'],
  form: ['form', 'input', 'button', 'textarea', 'select', 'option', 'isindex', 'keygen', 'dialog'],
  meta: [
    'meta',
    'base',
    'link',
    'head',
    'body',
    'html',
    'template',
    'slot',
    'xml',
    'xmp',
    'plaintext',
    'noembed',
    'listing',
    'title',
  ],
} as const;

/** Longest tag that goes as a whole; of a longer one its beginning goes, and the rest is no tag any more. */
const MAX_TAG = 512;
/** A tag is certain when its name is complete: it goes even if it is never closed. */
const TAG_REST = String.raw`([\s/]([^>]*>)?|>)`;

/** Tags by family: `egress.html.script` and so on. */
export function htmlDetectors(): readonly DetectorSpec[] {
  return [
    ...Object.entries(ELEMENTS).map(([family, names]) =>
      egressSpec({
        id: `egress.html.${family}`,
        entity: `HTML_${family.toUpperCase()}`,
        pattern: patternOf(family, names),
        maxLength: MAX_TAG,
        replacement: HTML_REMOVED,
      }),
    ),
    eventHandlers('egress.html.event'),
    styleAttributes('egress.html.css'),
  ];
}

function patternOf(family: string, names: readonly string[]): string {
  const tag = String.raw`</?(${names.join('|')})${TAG_REST}`;
  if (family !== 'script' && family !== 'style') return tag;
  // What is between the tags goes with them as long as it fits.
  return String.raw`${tag}|<${family}(\s[^>]*)?>[^<]*</${family}\s*>`;
}

/** `onclick=` and its like, wherever they stand: behind them a handler may follow for any length. */
function eventHandlers(id: string): DetectorSpec {
  return egressSpec({
    id,
    entity: 'HTML_EVENT_HANDLER',
    pattern: String.raw`[\s/"'\x00-\x1f]on[a-z]+[\s\x00]*=`,
    // A comparison is no attribute.
    notBefore: CharSet.of([61, 61]),
    maxLength: 64,
    validate: (value) =>
      !NO_EVENTS.has(
        value
          .slice(1)
          .replace(/[\s\0]*=$/, '')
          .toLowerCase(),
      ),
    replacement: ` ${HTML_REMOVED} `,
  });
}

/** Words that are no events and stand before an equals sign in ordinary code. */
const NO_EVENTS: ReadonlySet<string> = new Set([
  'once',
  'only',
  'online',
  'onward',
  'onwards',
  'onset',
  'onto',
  'onnx',
  'onehot',
  'onboarding',
  'ontology',
  'ongoing',
]);

/** Styles that fetch or run: `url(//…)`, `@import`, `expression(`. */
function styleAttributes(id: string): DetectorSpec {
  return egressSpec({
    id,
    entity: 'CSS_REFERENCE',
    pattern: String.raw`url\(\s*["']?\s*((https?|ftp):|[/\\]{2}|data:|javascript:)|@import\s+["'u]|expression\(|-moz-binding:`,
    notAfter: CharSet.of([48, 57], [65, 90], [95, 95], [97, 122]),
    maxLength: 64,
    tail: CharSet.of([0, 32]).union(setOf('"()\'<>;:')).complement(),
    replacement: '(style removed)',
  });
}

/** Tags that a list of hosts can tell: anchors and images with nothing but addresses and plain attributes. */
export function listedTags(prefix: string, allows: (url: string, image: boolean) => boolean): readonly DetectorSpec[] {
  const tag = (id: string, names: readonly string[], image: boolean): DetectorSpec =>
    egressSpec({
      id: `${prefix}.${id}`,
      entity: `HTML_${id.toUpperCase()}`,
      // It ends at its first >, or is too long to be read; one that never closes is no tag.
      pattern: String.raw`<(${names.join('|')})[\s/]([^>]*>|[^>]{480})`,
      maxLength: MAX_TAG,
      validate: (value) => !isPlainTag(value, (url) => allows(url, image)),
      replacement: HTML_REMOVED,
    });
  return [tag('anchor', ['a', 'area'], false), tag('img', ['img', 'image'], true)];
}

const ATTRIBUTE = /\s+([a-z][a-z-]*)(?:\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'`<>=]+)))?/gy;
const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src']);
const PLAIN: ReadonlySet<string> = new Set([
  'alt',
  'title',
  'width',
  'height',
  'class',
  'id',
  'rel',
  'target',
  'lang',
  'dir',
  'name',
  'loading',
  'hreflang',
]);

function isPlainTag(value: string, allows: (url: string) => boolean): boolean {
  const tag = /^<[a-z]+([^]*?)\s*\/?>$/i.exec(value);
  if (!tag) return false;
  const body = tag[1]!.toLowerCase();
  let at = 0;
  while (at < body.length) {
    ATTRIBUTE.lastIndex = at;
    const [whole, name, double, single, bareValue] = ATTRIBUTE.exec(body) ?? [];
    if (!whole || !name) return false;
    const text = double ?? single ?? bareValue ?? '';
    if (text.includes('&')) return false;
    if (ADDRESSES.has(name) ? !allows(text.trim()) : !PLAIN.has(name)) return false;
    at += whole.length;
  }
  return true;
}
