import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scanner, scanWhole } from '../../filter/scanner.js';
import { StreamScanner } from '../../filter/stream-scanner.js';
import { piiDetectors } from '../pii/pii-catalogue.js';
import { secretDetectors } from './secret-catalogue.js';

const scanner = Scanner.compile([...piiDetectors, ...secretDetectors]);
const RANDOM = 'k9Vw2pQxZr7Lm4Tb8NcYh3Jd6FgSa5EuXo1WqKvRiMtPzBy';

const TEXT = [
  'Pay 4111 1111 1111 1111 or DE89 3704 0044 0532 0130 00, call +44 7700 900123 or write to lena@example.com.',
  `GITHUB_TOKEN=ghp_${RANDOM.slice(0, 36)} and password: "q7!Rw2-xKp9z", api_key=${RANDOM.slice(0, 32)}.`,
  `-----BEGIN PRIVATE KEY-----\n${RANDOM}\n${RANDOM}==\n-----END PRIVATE KEY-----\nThe rest stays.`,
  'NHS 943 476 5919, CPF 111.444.777-35, host 2001:db8::8a2e:370:7334, postgres://app:S3cr3tPw@db:5432/app.',
].join('\n');

const PROSE =
  'The quick brown fox jumps over the lazy dog. In 2023 it cost $1,234.56, 12 % more than in the year before; ' +
  'see section 3.4.1 of RFC 5322, the function getPasswordHash(user) and https://example.com/docs/a-page?id=12.\n';

describe('values in streams', () => {
  it('are the same however a text is cut', () => {
    const whole = scanWhole(scanner, TEXT).map(({ detector, start, end }) => `${detector.id} ${start}-${end}`);
    expect(whole.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const stream = new StreamScanner(scanner);
        for (let at = 0, turn = 0; at < TEXT.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          stream.push(TEXT.slice(at, at + size));
          at += size;
        }
        stream.end();
        const found = stream.takeMatches().map(({ detector, start, end }) => `${detector.id} ${start}-${end}`);
        expect(found.sort()).toEqual([...whole].sort());
      }),
      { numRuns: 100 },
    );
  });

  it('hold back few characters of prose', () => {
    const stream = new StreamScanner(scanner);
    const held: number[] = [];
    for (const [index, char] of [...PROSE.repeat(20)].entries()) {
      stream.push(char);
      held.push(index + 1 - stream.decidedTo);
    }
    held.sort((one, other) => one - other);
    expect(held[Math.floor(held.length * 0.99)]).toBeLessThanOrEqual(40);
  });
});
