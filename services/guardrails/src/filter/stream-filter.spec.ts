import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../policy/compile-policy.js';
import { StreamFilter } from './stream-filter.js';
import { StreamScanner } from './stream-scanner.js';

const CARD = '4111 1111 1111 1111';
const SECRETS = {
  card: CARD,
  'card with dashes': '5500-0055-5555-5559',
  'bare card': '378282246310005',
  email: 'ada.lovelace+x@analytical-engine.co.uk',
  'aws key': `AKIA${'IOSFODNN7EXAMPLE'}`,
  'github token': `ghp_${'a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6'}`,
  'openai key': `sk-proj-${'Ab1_'.repeat(12)}`,
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9',
  'private key': `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA75\n'.repeat(4)}-----END RSA PRIVATE KEY-----`,
};
const policy = compilePolicy({
  name: 'test',
  version: 1,
  detectors: [
    { id: 'pii.email', action: 'mask' },
    { id: 'pii.card', action: 'mask' },
    { id: 'secret.*', action: 'mask' },
  ],
  deny: ['project nightfall'],
});

function filter(pieces: readonly string[]): { text: string; held: number; filter: StreamFilter } {
  const stream = new StreamFilter(policy);
  let text = '';
  let held = 0;
  for (const piece of pieces) {
    text += stream.push(piece);
    held = Math.max(held, stream.heldBack);
  }
  return { text: text + stream.end(), held, filter: stream };
}

function cut(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].sort((one, other) => one - other);
  return [0, ...sorted].map((from, index) => text.slice(from, sorted[index] ?? text.length));
}

describe('StreamFilter', () => {
  it.each(Object.entries(SECRETS))('masks a %s wherever the stream is cut', (_name, value) => {
    const text = `Before: ${value}, after it.`;
    const whole = filter([text]);
    expect(whole.text).toMatch(/^Before: \[[A-Z]+\], after it\.$/);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
        expect(filter(cut(text, places)).text).toBe(whole.text);
      }),
      { numRuns: 1200 },
    );
    expect(filter([...text]).text).toBe(whole.text);
  });

  it('gives the same text and findings for any text and any cut', () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...Object.values(SECRETS),
        'a@b',
        '@',
        'x.y@z.com',
        '4111',
        'sk-',
        'project  nightfal',
        '😀',
        'é',
      ),
      fc.string({ maxLength: 6 }),
    );
    const text = fc
      .array(word, { maxLength: 8 })
      .chain((words) => fc.constantFrom('', ' ', '-', ',').map((glue) => words.join(glue)));
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 10 }), (value, places) => {
        const whole = filter([value]);
        for (const pieces of [cut(value, places), [...value]]) {
          const parts = filter(pieces);
          expect(parts.text).toBe(whole.text);
          expect(spans(parts.filter)).toEqual(spans(whole.filter));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('never releases half of a value before it is decided', () => {
    for (const value of Object.values(SECRETS)) {
      const stream = new StreamFilter(policy);
      let released = '';
      for (const char of `x ${value}`) released += stream.push(char);
      for (let length = Math.ceil(value.length / 2); length <= value.length; length++) {
        expect(released).not.toContain(value.slice(0, length));
      }
    }
  });

  it('holds back no more than the word it is in, on prose', () => {
    const prose =
      'The committee met on 12 May 2024 and agreed on version 3.14 of the plan, at 10:30, for 1200 people. ';
    const { text, held } = filter([...prose.repeat(20)]);
    expect(text).toBe(prose.repeat(20));
    expect(held).toBeLessThanOrEqual(12);
  });

  it('lets numbers pass that are no cards', () => {
    const text = 'order 4111111111111112, run 41111111111111111111111, zeros 0000 0000 0000 0000.';
    expect(filter([text]).text).toBe(text);
  });

  it('finds a card at the end of a longer group of digits with its own checksum', () => {
    expect(filter([`ids 12 ${CARD} 99`]).text).not.toContain('1111 1111');
  });

  it('masks overlapping values as one', () => {
    expect(filter([`${CARD}@shop.example.com bought it`]).text).toBe('[CARD] bought it');
  });

  it('stops at a denied phrase, in any case and spacing, and keeps what came before', () => {
    const { text, filter: stream } = filter([...'We know Project \n NIGHTFALL and more']);
    expect(text).toBe('We know ');
    expect(stream.blocked).toBe(true);
    expect(stream.findings).toHaveLength(1);
    expect(filter(['project nightfalls']).filter.blocked).toBe(false);
  });

  it('follows no more candidates in a long text than in a short one, so that its work is linear', () => {
    const most = (repeats: number) => {
      const scanner = new StreamScanner(policy.detectors);
      let candidates = 0;
      for (const char of `${CARD.slice(0, -1)} a@b ${'x'.repeat(50)} 4-4-4-4-4 `.repeat(repeats)) {
        scanner.push(char);
        candidates = Math.max(candidates, scanner.candidates);
      }
      return candidates;
    };
    expect(most(100)).toBe(most(3));
  });
});

function spans(stream: StreamFilter): unknown[] {
  return stream.findings.map(({ match }) => [match.detector.id, match.start, match.end, match.value]);
}
