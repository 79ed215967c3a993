import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../filter/compile-plan.js';
import { StreamFilter } from '../../filter/stream-filter.js';
import { egressDetectors } from './egress-catalogue.js';

const rule = { action: 'mask', threshold: 0.5, shadow: false, replacement: '' } as const;

/** Masks with one detector alone. */
function mask(id: string, text: string, json = false): string {
  const plan = compilePlan(
    egressDetectors.filter((spec) => spec.id === id),
    () => rule,
  );
  const stream = new StreamFilter(plan, { restore: [], canaries: [], pseudonyms: undefined, json });
  return stream.push(text) + stream.end();
}

/** By id: what it masks, what stands there then, and what it lets be. */
const EXAMPLES: Readonly<Record<string, readonly [string, string, string]>> = {
  'egress.image': ['a ![x](https://e.example/a) b', 'a (image removed) b', '![x](a.png)'],
  'egress.link.inline': ['[x](https://e.example/a "t")', '[x] (link removed "t")', '[x](a.md)'],
  'egress.link.definition': ['[x]: //e.example/a', '[x] (link removed)', '[x]: a.md'],
  'egress.link.autolink': ['<foo://e.example>', '(link removed)>', '<T extends U>'],
  'egress.link.url': ['see https://e.example/a?b.', 'see (link removed)', 'see https: and //'],
  'egress.link.www': ['see www.e.example/a', 'see (link removed)', 'awww.no'],
  'egress.link.protocol_relative': ['"//e.example/a"', '"(link removed)"', 'x = 1; // comment'],
  'egress.link.long': [`https://${'a'.repeat(256)}`, '(link removed)', `https://${'a'.repeat(200)}`],
  'egress.link.scheme': ['javascript:alert', '(link removed)', 'javascript: the good parts'],
  'egress.url.query': [
    `https://e.example/?${'a'.repeat(64)}`,
    '(link removed)',
    `https://e.example/?${'a'.repeat(63)}`,
  ],
  'egress.url.userinfo': ['https://u:p@e.example', '(link removed)', 'https://e.example/@u'],
  'egress.url.ip': ['http://2130706433/', '(link removed)', 'http://e1.example/'],
  'egress.url.punycode': ['https://аpple.example', '(link removed)', 'https://apple.example'],
  'egress.url.redirect': ['https://t.co/x', '(link removed)', 'https://e.example/x'],
  'egress.html.script': ['<script>x()</script>.', '(html removed).', '<scripture>'],
  'egress.html.image': ['<img src=x>', '(html removed)', '<imgur>'],
  'egress.html.media': ['<video src=x>', '(html removed)', '<videos>'],
  'egress.html.frame': ['<iframe src=x></iframe>', '(html removed)(html removed)', '<framework>'],
  'egress.html.style': ['<style>a{}</style>', '(html removed)', '<styled>'],
  'egress.html.link': ['<a href=x>t</a>', '(html removed)t(html removed)', 'x <ab'],
  'egress.html.svg': ['<svg/onload=x>', '(html removed)', '<svgs>'],
  'egress.html.form': ['<input name=x>', '(html removed)', 'in <inputs>'],
  'egress.html.meta': ['<base href=x>', '(html removed)', '<bases>'],
  'egress.html.event': ['<x onclick=y>', '<x (html removed) y>', 'once = 1, on = 2, only == 3'],
  'egress.html.css': ['url(//e.example)', '(style removed))', 'url(a.png)'],
  'egress.control': ['a\u001b[1mb', 'a\ufffdb', 'a\tb\r\n'],
  'egress.escaped_control': ['\\x1b[1mb', '\ufffdb', '\\x1c, [1m'],
  'egress.sql': ["' OR '1'='1", '(sql removed)1', "either 'this' or that, (a) and b -- so"],
  'egress.shell': ['x; rm -rf /', 'x(shell removed)', 'the farm -rf; format'],
  'egress.python': ['os.system("x")', '(python removed)"x")', 'retrieval(x) macos'],
  'egress.template': ['a {{ 7*7 }} b', 'a (template removed) b', 'f(x) { return {}; }'],
};

describe('egressDetectors', () => {
  it('has an example of each', () => {
    expect(egressDetectors.map(({ id }) => id).sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  it.each(Object.entries(EXAMPLES))('%s masks, and lets be', (id, [active, masked, harmless]) => {
    expect(mask(id, active)).toBe(masked);
    expect(mask(id, harmless)).toBe(harmless);
  });

  it('reads JSON as what it stands for, and keeps it JSON', () => {
    const text = JSON.stringify({ body: 'see ![x](https://e.example/?a="b") and \u001b[1m' });
    for (const id of ['egress.image', 'egress.link.url', 'egress.link.inline']) {
      const masked = mask(id, text, true);
      expect(masked).toContain('removed');
      expect(() => JSON.parse(masked) as unknown).not.toThrow();
    }
  });

  it.each(egressDetectors)('$id is about its very characters, in category egress', (spec) => {
    expect(spec).toMatchObject({ category: 'egress', owasp: 'LLM05', folded: false, score: 1 });
    expect(spec.maxLength).toBeLessThanOrEqual(1_024);
  });
});
