import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../policy/compile-policy.js';
import { detectorCatalogue } from './catalogue.js';
import { passesLuhn } from './luhn.js';
import { StreamScanner } from '../filter/stream-scanner.js';

const cards = compilePolicy({ name: 'cards', version: 1, detectors: [{ id: 'pii.card', action: 'mask' }] });

function found(text: string): number {
  const scanner = new StreamScanner(cards.detectors);
  scanner.push(text);
  scanner.end();
  return scanner.takeMatches().length;
}

describe('detectors', () => {
  it('has no two detectors of one name', () => {
    expect(new Set(detectorCatalogue.map((spec) => spec.id)).size).toBe(detectorCatalogue.length);
  });

  it('finds no card in 10,000 numbers that fail the checksum', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(
        digits.map((list) => list.join('')).filter((number) => !passesLuhn(number)),
        (number) => found(`no ${number}.`) === 0,
      ),
      { numRuns: 10_000 },
    );
  });

  it('finds every number that passes it', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(digits, (list) => {
        const body = `4${list.join('')}`;
        const check = [...'0123456789'].find((digit) => passesLuhn(body + digit));
        expect(found(`no ${body}${check}.`)).toBe(1);
      }),
    );
  });

  it.each([
    ['4111111111111111', true],
    ['4111111111111112', false],
    ['79927398713', true],
    ['', false],
  ])('checks %s: %s', (number, valid) => {
    expect(passesLuhn(number)).toBe(valid);
  });
});

describe('compilePolicy', () => {
  it.each([
    [{ name: 'x', version: 1, detectors: [{ id: 'pii.nothing', action: 'mask' }] }, 'no detector "pii.nothing"'],
    [{ name: 'x', version: 0, detectors: [] }, 'version'],
    [{ name: 'x', version: 1, detectors: [], extra: 1 }, 'Unrecognized'],
    [{ name: 'x', version: 1, detectors: [], deny: ['é'] }, 'deny.0'],
  ])('refuses %j', (document, text) => {
    expect(() => compilePolicy(document)).toThrow(text);
  });

  it('takes a family and lets a later rule change one of it', () => {
    const policy = compilePolicy({
      name: 'x',
      version: 3,
      detectors: [
        { id: 'secret.*', action: 'mask' },
        { id: 'secret.jwt', action: 'block' },
      ],
    });
    expect(policy.actionOf('secret.jwt')).toBe('block');
    expect(policy.actionOf('secret.openai_key')).toBe('mask');
    expect(policy.maxHoldback).toBe(2048);
  });
});
