import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../filter/compile-plan.js';
import type { FilterPlan } from '../../filter/filter-plan.js';
import { StreamFilter } from '../../filter/stream-filter.js';
import type { DetectorSpec } from '../detector.js';
import { activeParts } from './active-parts.fixture.js';
import { egressDetectors } from './egress-catalogue.js';
import { harmless, hostile } from './egress-corpus.fixture.js';
import { linksKind } from './links-kind.js';

const rule = { action: 'mask', threshold: 0.5, shadow: false, replacement: '' } as const;
const ALLOWED = ['allowed.example', '*.docs.example'];

function links(definition: object): readonly DetectorSpec[] {
  const compiled = linksKind.compile('links', linksKind.schema.parse({ kind: 'links', ...definition }));
  return compiled.kind === 'patterns' ? compiled.patterns : [];
}

const plan = (specs: readonly DetectorSpec[]): FilterPlan => compilePlan(specs, () => rule);
const everything = plan(egressDetectors);
const OWN_HTML = new Set(['egress.html.link', 'egress.html.image']);
const isForPages = ({ id }: DetectorSpec): boolean =>
  (id.startsWith('egress.html.') && !OWN_HTML.has(id)) || id.startsWith('egress.control');
const listed = plan([...links({ allow: ALLOWED }), ...egressDetectors.filter(isForPages)]);

function filter(by: FilterPlan, pieces: Iterable<string>): string {
  const stream = new StreamFilter(by);
  let released = '';
  for (const piece of pieces) released += stream.push(piece);
  return released + stream.end();
}

const FOR_PROGRAMS: ReadonlySet<string> = new Set(['sql', 'shell', 'code']);
const families = Object.entries(hostile).filter(([family]) => !FOR_PROGRAMS.has(family));
const forPrograms = Object.entries(hostile).filter(([family]) => FOR_PROGRAMS.has(family));

describe('egress detectors', () => {
  it.each(families)('leave nothing active of %s', (_family, texts) => {
    for (const payload of texts) {
      for (const text of [payload, `Before ${payload} after.`, `- ${payload}\n\nEnd`]) {
        const released = filter(everything, [text]);
        expect(released).not.toBe(text);
        expect([payload, activeParts(released, [], true)]).toEqual([payload, []]);
      }
    }
  });

  it.each(families)('leave nothing active off the list of %s', (_family, texts) => {
    for (const payload of texts) {
      const released = filter(listed, [`Before ${payload} after.`]);
      expect([payload, activeParts(released, ALLOWED, false)]).toEqual([payload, []]);
    }
  });

  it('are judged by a reader that sees what payloads do', () => {
    const seen = families.flatMap(([, texts]) => texts).map((text) => activeParts(text, ALLOWED, true).length > 0);
    expect(seen.filter(Boolean).length / seen.length).toBeGreaterThan(0.9);
  });

  it.each(forPrograms)('find %s', (family, texts) => {
    const expected = family === 'code' ? /^egress\.(template|python)$/ : new RegExp(`^egress\\.${family}$`);
    for (const payload of texts) {
      const stream = new StreamFilter(everything);
      const released = stream.push(`Say ${payload} now`) + stream.end();
      const ids = stream.findings.map(({ match }) => match.detector.id);
      expect([payload, ids.some((id) => expected.test(id))]).toEqual([payload, true]);
      expect(released).not.toContain(payload);
    }
  });

  it.each(harmless)('leave harmless text as it is: %j', (text) => {
    expect(filter(listed, [text])).toBe(text);
  });

  it('leave no link where a control sequence was taken out in front of it', () => {
    expect(activeParts(filter(everything, ['\u001bcwww.evil.example/path']), [], true)).toEqual([]);
  });

  it('release the same however a text is cut, and find nothing in what they released', () => {
    const fragments = fc.constantFrom(...Object.values(hostile).flat(), ...harmless, ...PIECES);
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 6 }), fc.constantFrom('', ' ', '\n'), (parts, glue) => {
        const text = parts.join(glue);
        for (const by of [everything, listed]) {
          const released = filter(by, [text]);
          expect(filter(by, text)).toBe(released);
          expect(activeParts(released, by === listed ? ALLOWED : [], by === everything)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** What payloads are made of: joined, they could become one again. */
const PIECES = [
  '![',
  '[',
  ']',
  '(',
  ')',
  '](',
  ']:',
  '<',
  '>',
  '//',
  '/',
  ':',
  'https',
  'javascript',
  '@',
  '\\',
  '"',
  "'",
  '=',
  '&#58;',
  'evil.example',
  'allowed.example',
  'img',
  'script',
  ' onclick',
  'alert(1)',
  '\u001b',
  '[0m',
  '\u0000',
  '.',
  '{{',
  '}}',
];

describe('linksKind', () => {
  const only = (definition: object, text: string): string => filter(plan(links(definition)), [text]);

  it('keeps links to other hosts while their query is short, but no images', () => {
    const rules = { unlisted: 'keep', allow: ALLOWED, max_query_chars: 10 };
    expect(only(rules, 'a https://other.example/x?q=1 b')).toBe('a https://other.example/x?q=1 b');
    expect(only(rules, 'a https://other.example/x?q=1234567890 b')).toBe('a (link removed) b');
    expect(only(rules, '![i](https://other.example/i.png)')).toBe('(image removed)');
    expect(only(rules, '![i](https://allowed.example/i.png)')).toBe('![i](https://allowed.example/i.png)');
  });

  it('caps the query of listed hosts as well when it is told to', () => {
    expect(only({ allow: ALLOWED, max_query_chars: 4 }, '[x](https://allowed.example/?q=1234)')).not.toContain('1234');
    expect(only({ allow: ALLOWED }, '[x](https://allowed.example/?q=1234)')).toContain('1234');
  });

  it('shows no image at all when images are denied', () => {
    expect(only({ allow: ALLOWED, images: 'deny' }, '![x](https://allowed.example/a)')).toBe('(image removed)');
    expect(only({ allow: ALLOWED, images: 'deny' }, '<img src="a.png">')).toBe('(html removed)');
  });

  it('refuses what a URL says before its host, even on listed hosts', () => {
    expect(only({ allow: ALLOWED }, 'https://user:secret@allowed.example/')).toBe('(link removed)');
    expect(only({ allow: ALLOWED }, '[x](https://secret@allowed.example/)')).toBe('[x] (link removed)');
  });

  it('allows other schemes by name only', () => {
    expect(only({}, '[m](mailto:a@b.example)')).toContain('removed');
    expect(only({ schemes: ['mailto'] }, '[m](mailto:a@b.example)')).toBe('[m](mailto:a@b.example)');
    expect(only({ schemes: ['https'], allow: ALLOWED }, 'http://allowed.example')).toBe('(link removed)');
  });

  it.each(['a/b', 'a b', '', '*.*', 'a@b'])('refuses %j as a host', (host) => {
    expect(linksKind.schema.safeParse({ kind: 'links', allow: [host] }).success).toBe(false);
  });

  it('refuses a host that is no name, when it is compiled', () => {
    expect(() => links({ allow: ['exa%mple'] })).toThrow('is not a host name');
  });
});
