import { inspect } from 'node:util';
import { fakeSource } from '@weir/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectorSpec } from '../detector/detector.js';
import { isCard, isIban, isIpv4, isIpv6, isPhone } from '../detector/pii/number-shapes.js';
import { isBitcoinAddress, isEthereumAddress } from '../detector/pii/crypto-addresses.js';
import { luhnDigit } from '../detector/pii/checksums.js';
import { piiDetectors } from '../detector/pii/pii-catalogue.js';
import { secretDetectors } from '../detector/secret/secret-catalogue.js';
import { MAX_PSEUDONYMS, PseudonymVault } from './pseudonym-vault.js';

const detector = (id: string): DetectorSpec => [...piiDetectors, ...secretDetectors].find((spec) => spec.id === id)!;
const random = (seed = 1): (() => number) => {
  const source = fakeSource({ seed });
  return () => source.random();
};
const vault = (seed?: number): PseudonymVault => new PseudonymVault({ random: random(seed) });
const shapeOf = (text: string): string => text.replace(/\d/g, '0').replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a');

describe('PseudonymVault', () => {
  it.each([
    ['pii.card', '4111-1111-1111-1111', (text: string) => isCard(text) && text.startsWith('4')],
    ['pii.card', '3782 822463 10005', (text: string) => isCard(text) && text.startsWith('37')],
    ['pii.card', '2221000000000009', isCard],
    ['pii.iban', 'GB29 NWBK 6016 1331 9268 19', (text: string) => isIban(text) && text.startsWith('GB')],
    ['pii.phone', '+1 212-867-5309', (text: string) => isPhone(text) && text.includes('-555-01')],
    ['pii.phone', '(212) 867-5309', (text: string) => isPhone(text) && text.includes(') 555-01')],
    ['pii.phone', '+44 7911 123456', (text: string) => text.startsWith('+44 7700 900')],
    ['pii.phone', '0049 30 12345678', (text: string) => text.startsWith('0049 30 23125')],
    ['pii.phone', '+81 3 1234 5678', (text: string) => text.startsWith('+81 ')],
    ['pii.us_ssn', '219-09-9999', detector('pii.us_ssn').validate!],
    ['pii.uk_nhs', '943 476 5919', detector('pii.uk_nhs').validate!],
    ['pii.es_dni', '12345678Z', detector('pii.es_dni').validate!],
    ['pii.de_tax_id', '86095742719', detector('pii.de_tax_id').validate!],
    ['pii.it_codice_fiscale', 'RSSMRA85T10A562S', detector('pii.it_codice_fiscale').validate!],
    ['pii.se_personnummer', '811228-9874', detector('pii.se_personnummer').validate!],
    ['pii.no_fodselsnummer', '15076500565', detector('pii.no_fodselsnummer').validate!],
    ['pii.be_national_number', '85.07.30-033.28', detector('pii.be_national_number').validate!],
    ['pii.sg_nric', 'S1234567D', detector('pii.sg_nric').validate!],
    ['pii.br_cpf', '111.444.777-35', detector('pii.br_cpf').validate!],
    ['pii.in_aadhaar', '2341 2341 2346', detector('pii.in_aadhaar').validate!],
    ['pii.date_of_birth', 'July 18, 1985', (text: string) => /^July \d\d, (19|20)\d\d$/.test(text)],
    ['pii.us_passport', 'C12345678', (text: string) => /^[A-Z]\d{8}$/.test(text)],
    ['secret.github_token', `ghp_${'a1B2'.repeat(9)}`, (text: string) => /^[a-z]{3}_/.test(text)],
  ] as const)('keeps the layout of %s %s', (id, value, isOne) => {
    for (let seed = 0; seed < 10; seed++) {
      const pseudonym = vault(seed).pseudonymFor(detector(id), value);
      expect(pseudonym).not.toBe(value);
      expect(shapeOf(pseudonym)).toBe(shapeOf(value));
      expect(isOne(pseudonym), pseudonym).toBe(true);
    }
  });

  it.each([
    ['pii.email', 'j.smith@corp.example', (text: string) => /^[a-z]+\.[a-z]+\d\d@example\.net$/.test(text)],
    [
      'pii.ipv4',
      '83.190.26.13',
      (text: string) => isIpv4(text) && /^(192\.0\.2|198\.(51\.100|1[89]\.\d+)|203\.0\.113)\./.test(text),
    ],
    ['pii.ipv6', '2a03::1f:2', (text: string) => isIpv6(text) && text.startsWith('2001:db8:')],
    ['pii.cn_resident_id', '11010519491231002X', detector('pii.cn_resident_id').validate!],
    ['pii.mac', '00:1B:44:11:3A:B7', (text: string) => text.startsWith('02:')],
    ['pii.btc_address', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', isBitcoinAddress],
    ['pii.eth_address', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', isEthereumAddress],
  ] as const)('puts another value of its kind for %s', (id, value, isOne) => {
    const pseudonym = vault().pseudonymFor(detector(id), value);
    expect(pseudonym).not.toBe(value);
    expect(isOne(pseudonym), pseudonym).toBe(true);
  });

  it('gives every card another one that is a card of its brand', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(4\d|5[1-5]|37|60)\d{13}$/), fc.nat(), (digits, seed) => {
        const body = digits.slice(0, digits.startsWith('37') ? 14 : 15);
        const value = body + luhnDigit(body);
        fc.pre(isCard(value));
        const pseudonym = vault(seed).pseudonymFor(detector('pii.card'), value);
        expect(isCard(pseudonym)).toBe(true);
        expect(pseudonym[0]).toBe(value[0]);
        expect(pseudonym).toHaveLength(value.length);
      }),
    );
  });

  it('has one pseudonym for a value, and other ones for other values, none inside of another', () => {
    const values = fc.uniqueArray(fc.stringMatching(/^\d{5,7}$/), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.nat(), (numbers, seed) => {
        const one = vault(seed);
        const spec = detector('pii.us_bank_account');
        const pseudonyms = numbers.map((value) => one.pseudonymFor(spec, value));
        expect(numbers.map((value) => one.pseudonymFor(spec, value))).toEqual(pseudonyms);
        for (const [index, pseudonym] of pseudonyms.entries()) {
          expect(pseudonyms.filter((other) => other.includes(pseudonym))).toHaveLength(1);
          expect(numbers.slice(0, index + 1).some((value) => value.includes(pseudonym))).toBe(false);
        }
        const again = vault(seed);
        expect(numbers.map((value) => again.pseudonymFor(spec, value))).toEqual(pseudonyms);
      }),
      { numRuns: 40 },
    );
  });

  it('brings every value back', () => {
    const one = vault();
    const text = 'Card 4111111111111111, mail a.b@corp.example.';
    const hidden = text
      .replace('4111111111111111', one.pseudonymFor(detector('pii.card'), '4111111111111111'))
      .replace('a.b@corp.example', one.pseudonymFor(detector('pii.email'), 'a.b@corp.example'));
    expect(hidden).not.toContain('4111111111111111');
    expect(one.pairs.reduce((given, pair) => given.replace(pair.pseudonym, pair.original), hidden)).toBe(text);
  });

  it('keeps the pairs of before, and takes no pseudonym of theirs', () => {
    const spec = detector('pii.card');
    const before = vault().pseudonymFor(spec, '4111111111111111');
    const one = new PseudonymVault({ random: random(1), taken: [{ pseudonym: before, original: '4000000000000002' }] });
    expect(one.pseudonymFor(spec, '4000000000000002')).toBe(before);
    expect(one.pseudonymFor(spec, '4111111111111111')).not.toBe(before);
    expect(one.pairs).toHaveLength(2);
  });

  it('takes no pseudonym that stands in a given text', () => {
    const spec = detector('pii.card');
    const usual = vault().pseudonymFor(spec, '4111111111111111');
    const one = new PseudonymVault({ random: random(1), texts: [`Order ${usual}.`] });
    expect(one.pseudonymFor(spec, '4111111111111111')).not.toBe(usual);
  });

  it('leaves the layout where it has no free value left', () => {
    const one = vault();
    const spec = { ...detector('pii.us_bank_account'), category: 'custom' as const };
    const pseudonyms = [...'0123456789'].map((digit) => one.pseudonymFor(spec, digit));
    expect(new Set(pseudonyms).size).toBe(10);
    expect(pseudonyms.at(-1)).toMatch(/^anon-/);
  });

  it('ends when random numbers repeat themselves', () => {
    const one = new PseudonymVault({ random: () => 0, texts: ['0000 anon-aaaaaaaaaaaa'] });
    expect(() => one.pseudonymFor({ ...detector('pii.us_bank_account'), category: 'custom' }, '1234')).toThrow(
      'repeat',
    );
  });

  it('reads full-width digits as what they are', () => {
    expect(vault().pseudonymFor(detector('pii.card'), '４１１１１１１１１１１１１１１１')).toSatisfy(isCard);
  });

  it('holds a bounded number of values', () => {
    const one = vault();
    const spec = detector('pii.email');
    for (let index = 0; index < MAX_PSEUDONYMS; index++) one.pseudonymFor(spec, `user${index}@corp.example`);
    expect(one.pseudonymFor(spec, 'user0@corp.example')).toMatch(/@example\.net$|^anon-/);
    expect(() => one.pseudonymFor(spec, 'more@corp.example')).toThrow(
      expect.objectContaining({ code: 'payload_too_large' }),
    );
  });

  it('has an address for each of a thousand', () => {
    const one = vault();
    const spec = detector('pii.ipv4');
    for (let index = 0; index < 1_000; index++) one.pseudonymFor(spec, `10.1.${index >> 8}.${index & 255}`);
    expect(one.pairs.filter(({ pseudonym }) => !isIpv4(pseudonym))).toEqual([]);
  });

  it('shows nothing of itself', () => {
    const one = vault();
    const pseudonym = one.pseudonymFor(detector('pii.email'), 'a.b@corp.example');
    for (const shown of [
      String(one),
      JSON.stringify({ one }),
      inspect(one, { depth: 9, showHidden: true }),
      JSON.stringify({ ...one }),
    ]) {
      expect(shown).not.toContain('corp.example');
      expect(shown).not.toContain(pseudonym);
    }
  });
});
