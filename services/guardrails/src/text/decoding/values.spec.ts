import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { viewsOf } from '../views-of.js';
import { ENCODINGS } from './encodings.fixture.js';
import { readsAsValue } from './values.js';

const VALUES: Readonly<Record<string, string>> = {
  'a card': '4539 1488 0343 6467',
  'a card of two digits': '4111111111111111',
  'a card in words': 'card no 4539148803436467 exp 12/29',
  'an IBAN': 'GB29 NWBK 6016 1331 9268 19',
  'an IBAN without spaces': 'DE89370400440532013000',
  'an address': 'jane.doe@example.com',
  'a social security number': '078-05-1120',
  'a telephone number': '+1 (415) 555-0132',
  'an IP address': '192.168.10.27',
  'a key with a prefix': 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'a key of a cloud': 'AKIAIOSFODNN7EXAMPLE',
  'a secret with its name': 'password=hunter2!x',
  'a connection': 'postgres://bob:s3cret@db.example.com/x',
  'a wallet': '0x52908400098527886E0F7030069857D2E4169EE7',
};
const CODES = ['base64', 'base64, url-safe', 'base32', 'hex', 'hex, apart', 'binary', 'url', 'html', 'escape, x', 'quoted-printable', 'decimal']; // prettier-ignore

function noise(seed: number, length: number): Buffer {
  const block = (at: number) => createHash('sha256').update(`${seed} ${at}`).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, (_, at) => block(at))).subarray(0, length);
}

describe('values', () => {
  it.each(Object.entries(VALUES))('are known by their form: %s', (_, value) => {
    expect(readsAsValue(value)).toBe(true);
  });

  it.each([
    ['too few digits', '1234 5678'],
    ['the same digits', '0000 0000 0000 0000'],
    ['a version', '1.2.3-rc.4'],
    ['a date and time', '2024-01-02T10:55:03Z'],
    ['a name of code', 'my_variable_name_for_tests'],
    ['a path', '/usr/lib/x86_64/libc.so.6'],
    ['JSON', '{"alg":"HS256","typ":"JWT"}'],
    ['a decorator', '@Injectable() class A'],
    ['control characters', '4539148803436467\u0000'],
    ['letters beyond ASCII', 'é4539148803436467'],
    ['nothing', ''],
  ])('are not %s', (_, text) => {
    expect(readsAsValue(text)).toBe(false);
  });

  const pairs = CODES.flatMap((code) => Object.keys(VALUES).map((value) => [value, code] as const));
  it.each(pairs)('%s in %s has a view, alone and in a sentence', (name, code) => {
    const value = VALUES[name]!;
    const encoded = ENCODINGS[code]!(value);
    for (const text of [encoded, `Use this: ${encoded} please`]) {
      const views = viewsOf(text).decoded.filter((view) => view.text.includes(value));
      expect(views).not.toEqual([]);
      const at = views[0]!.text.indexOf(value);
      const { start, end } = views[0]!.originalSpan(at, at + value.length);
      expect(end - start).toBeGreaterThanOrEqual(encoded.length - 8);
      expect(end - start).toBeLessThanOrEqual(encoded.length);
    }
  });

  it.each([
    ['bytes in base64', (seed: number) => noise(seed, 9 + (seed % 40)).toString('base64')],
    ['bytes in hex', (seed: number) => noise(seed, 6 + (seed % 27)).toString('hex')],
    ['numbers of sixteen digits', (seed: number) => noise(seed, 8).readBigUInt64BE().toString().padStart(20, '4').slice(0, 16)], // prettier-ignore
    ['identifiers', () => randomUUID()],
  ])('are not found in %s', (_, make) => {
    const found = Array.from({ length: 400 }, (__, seed) => viewsOf(make(seed)).decoded.map(({ text }) => text)).flat();
    expect(found).toEqual([]);
  });
});
