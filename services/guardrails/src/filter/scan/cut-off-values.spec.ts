import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piiDetectors } from '../../detector/pii/pii-catalogue.js';
import { secretDetectors } from '../../detector/secret/secret-catalogue.js';
import { PseudonymVault } from '../../pseudonym/pseudonym-vault.js';
import { CARD, cut, detector, EMAIL, filterAll, KEY, planOf, rule } from '../sample-plan.fixture.js';

const ANYHOW = [''];
const NOTHING = { restore: [], canaries: [], pseudonyms: undefined, json: false };
/** Found by their form, each with what makes it one. */
const VALUES: readonly (readonly [id: string, value: string])[] = [
  ['pii.card', '4111 1111 1111 1111'],
  ['pii.card', '4111111111111111'],
  ['pii.iban', 'DE89 3704 0044 0532 0130 00'],
  ['pii.iban', 'GB29NWBK60161331926819'],
  ['pii.btc_address', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
  ['pii.btc_address', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  ['pii.it_codice_fiscale', 'RSSMRA85T10A562S'],
  ['pii.us_ssn', '536-90-4399'],
  ['pii.phone', '+49 30 901820 11'],
  ['pii.eth_address', '0x52908400098527886E0F7030069857D2E4169EE7'],
  ['secret.aws_access_key', 'AKIAQ3EGRNHBZ7VXK2PD'],
  ['secret.github_token', 'ghp_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6'],
  ['secret.slack_token', 'xoxb-2048736401-AbCdEfGhIj'],
  ['secret.jwt', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27'],
  ['secret.private_key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7x'],
  ['secret.connection_string', 'postgres://app:q7Rt9xLw2@db.internal'],
];
const catalogue = [...piiDetectors, ...secretDetectors];
const planFor = (id: string) => planOf(catalogue.filter((spec) => spec.id === id));

describe('a text that was cut off', () => {
  it.each(VALUES)('shows less than half of a value that it ends within: %s %s', (id, value) => {
    const plan = planFor(id);
    for (let shown = value.length - 1; shown * 2 >= value.length; shown--) {
      const text = `It is ${value.slice(0, shown)}`;
      const { text: released, findings } = filterAll(plan, [text], NOTHING, ANYHOW);
      expect([shown, released.slice(0, 6), findings.map(([found]) => found)]).toEqual([shown, 'It is ', [id]]);
      expect(released).not.toContain(value.slice(0, Math.ceil(value.length / 2)));
    }
  });

  it('gives the same however it came', () => {
    const plan = planOf([CARD, KEY, EMAIL]);
    const texts = fc.tuple(
      fc.constantFrom('', 'pay 4111 1111 1111 1111, ', 'a@b.co '),
      fc.constantFrom('4111 1111 11', 'sk-abcd', 'john.d', '4111 1111 1111 1112', 'sk-abcd1234', '٤١١١ ١١١١ ١'),
      fc.constantFrom('', '\u200b', ' ', '.'),
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (parts, places, json) => {
        const text = parts.join('');
        const { text: released, findings } = filterAll(plan, [text], { ...NOTHING, json }, ANYHOW);
        for (const pieces of [cut(text, places), text.split('')]) {
          expect(filterAll(plan, pieces, { ...NOTHING, json }, ANYHOW)).toMatchObject({ text: released, findings });
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a word is the beginning of many an address', 'hello', EMAIL],
    ['words that begin as an IBAN', 'it12 people came here', catalogue.find(({ id }) => id === 'pii.iban')],
    ['less than half of a card', 'It costs 4111', CARD],
    ['a card before what no card goes on with', '4111 1111 x', CARD],
    [
      'a URL without a password',
      'https://example.com:8080',
      catalogue.find(({ id }) => id === 'secret.basic_auth_url'),
    ],
    ['a scheme', 'stored in postgresql', catalogue.find(({ id }) => id === 'secret.connection_string')],
    ['an author of names', 'Bearer tokens', catalogue.find(({ id }) => id === 'secret.authorization_bearer')],
    ['plain words', 'Basic income', catalogue.find(({ id }) => id === 'secret.authorization_basic')],
    ['names in CSS', 'sk-learn-pipeli', catalogue.find(({ id }) => id === 'secret.openai_key')],
    ['half a word that is not wanted', 'the sun', detector('words', 'sundays', { category: 'words' })],
  ])('keeps %s', (_, text, spec) => {
    expect(filterAll(planOf([spec!]), [text], NOTHING, ANYHOW)).toMatchObject({ text, findings: [] });
  });

  it('goes on as its stop sequences do', () => {
    const plan = planOf([CARD]);
    const ended = (continuations: string[]) => filterAll(plan, ['is 4111 1111 11'], NOTHING, continuations).text;
    expect(ended([])).toBe('is 4111 1111 11');
    expect(ended(['\n', '###'])).toBe('is 4111 1111 11');
    expect(ended(['1'])).toBe('is [CARD]');
    expect(ended(['\n', '11 1111'])).toBe('is [CARD]');
    expect(ended(['11 1111 and'])).toBe('is [CARD]');
  });

  it('counts half a value only where the policy takes it out or stops at it', () => {
    const outcome = (action: Parameters<typeof rule>[0], more = {}) => {
      const plan = planOf([CARD], { card: rule(action, more) });
      const pseudonyms = new PseudonymVault({ random: () => 0.5 });
      const { text, blocked } = filterAll(plan, ['is 4111 1111 11'], { ...NOTHING, pseudonyms }, ANYHOW);
      return [text, blocked, pseudonyms.pairs.length];
    };
    expect(outcome('flag')).toEqual(['is 4111 1111 11', false, 0]);
    expect(outcome('mask', { shadow: true })).toEqual(['is 4111 1111 11', false, 0]);
    expect(outcome('replace', { replacement: '#' })).toEqual(['is #', false, 0]);
    expect(outcome('block')).toEqual(['is ', true, 0]);
    expect(outcome('pseudonymise')).toEqual(['is [CARD]', false, 0]);
  });

  it('reads escapes of JSON', () => {
    const request = { ...NOTHING, json: true };
    const text = String.raw`{"card":"\u0034111 1111 11`;
    expect(filterAll(planOf([CARD]), [text], request, ANYHOW).text).toBe('{"card":"[CARD]');
  });
});
