import type { DetectorSpec } from '../detector/detector.js';
import { lettersAndDigitsOf, luhnDigit, mod97, passesMod11Of2 } from '../detector/pii/checksums.js';
import { isGermanTaxId } from '../detector/pii/checksums-europe.js';
import { base58Address, withEthereumChecksum } from '../detector/pii/crypto-addresses.js';
import {
  DIGITS,
  filled,
  LOWER,
  pick,
  randomText,
  sameLayout,
  sameLayoutAndBeginning,
  sameLayoutWithDate,
  type Random,
} from './layout.js';
import { phonePseudonym } from './phone-pseudonym.js';

type Generator = (random: Random, value: string) => string;

const FIRST_NAMES =
  'alex anna ben carla dana elias emma felix greta hanna ines jonas kim lea luca mara nina omar paula rosa'.split(' ');
const LAST_NAMES =
  'adler berg costa dahl engel ferro grant holm ivers jansen keller lind moreau novak olsen petit quinn rossi'.split(
    ' ',
  );
/** For documentation (RFC 5737). */
const IPV4_NETWORKS = ['192.0.2', '198.51.100', '203.0.113'];
const HEX = '0123456789abcdef';
/** Tries until a random value of the layout passes its checksum. */
const TRIES = 400;

/** Kinds of values whose pseudonyms are made in a way of their own, by the detector's id. */
const GENERATORS: Readonly<Record<string, Generator>> = {
  'pii.email': (random) =>
    `${pick(random, FIRST_NAMES)}.${pick(random, LAST_NAMES)}${randomText(random, DIGITS, 2)}@example.net`,
  'pii.card': card,
  'pii.card_glued': card,
  'pii.iban': iban,
  'pii.phone': phonePseudonym,
  'pii.phone_plain': phonePseudonym,
  'pii.ipv4': ipv4Address,
  'pii.ipv6': (random) => `2001:db8::${randomText(random, HEX, 4)}:${randomText(random, HEX, 4)}`,
  'pii.mac': (random, value) => filled(value, `02${randomText(random, HEX, 10)}`),
  'pii.btc_address': bitcoinAddress,
  'pii.eth_address': ethereumAddress,
  'pii.date_of_birth': date,
  'pii.de_tax_id': germanTaxId,
  'pii.cn_resident_id': chineseId,
};

/**
 * Another value of the same kind and layout: with a check digit that is right where the kind has one, from ranges kept
 * for documentation where there are any. It may be the value itself, or one that was made before: the vault looks at that.
 */
export function formatPreserving(spec: DetectorSpec, random: Random, value: string): string {
  const generate = GENERATORS[spec.id];
  if (generate) return generate(random, value);
  if (spec.category !== 'pii') return sameLayout(random, value);
  return valid(spec, random, value) ?? sameLayout(random, value);
}

function valid(spec: DetectorSpec, random: Random, value: string): string | undefined {
  const form = new RegExp(`^(?:${spec.pattern})$`, spec.ignoreCase ? 'iu' : 'u');
  const passes = (text: string): boolean => form.test(text) && (spec.validate?.(text) ?? true);
  for (const layout of [sameLayout, sameLayoutWithDate, sameLayoutAndBeginning]) {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const other = layout(random, value);
      if (passes(other)) return other;
    }
  }
  return undefined;
}

/** What of a card names its brand; all else is made up. */
const BRAND = /^(4|5[1-5]|3[47]|6011|2\d{3}|352[89]|\d{2})/;

function card(random: Random, value: string): string {
  const digits = lettersAndDigitsOf(value);
  const brand = BRAND.exec(digits)?.[0] ?? '';
  const body = brand + randomText(random, DIGITS, digits.length - brand.length - 1);
  return filled(value, body + luhnDigit(body));
}

function iban(random: Random, value: string): string {
  const text = lettersAndDigitsOf(value);
  const country = text.slice(0, 2);
  const account = sameLayout(random, text.slice(4));
  const check = String(98 - mod97(`${account}${country}00`)).padStart(2, '0');
  return filled(value, country + check + account);
}

/** The networks for documentation have 762 addresses: a few come from the one for benchmarks (RFC 2544). */
function ipv4Address(random: Random): string {
  const byte = (): number => 1 + Math.floor(random() * 254);
  const network = random() < 0.8 ? pick(random, IPV4_NETWORKS) : `198.${pick(random, ['18', '19'])}.${byte()}`;
  return `${network}.${byte()}`;
}

function bitcoinAddress(random: Random, value: string): string {
  if (/^bc1/i.test(value)) return value.slice(0, 4) + sameLayout(random, value.slice(4));
  const hash = Array.from({ length: 20 }, () => Math.floor(random() * 256));
  return base58Address(Uint8Array.from([value.startsWith('3') ? 5 : 0, ...hash]));
}

function ethereumAddress(random: Random, value: string): string {
  const address = `0x${randomText(random, HEX, 40)}`;
  const mixed = /[a-f]/.test(value) && /[A-F]/.test(value);
  return mixed ? withEthereumChecksum(address) : address;
}

/** Nine different digits, one of them twice: chance alone seldom gets there. */
function germanTaxId(random: Random, value: string): string {
  const digits = DIGITS.split('');
  for (let last = 9; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [digits[last], digits[other]] = [digits[other]!, digits[last]!];
  }
  const twice = digits[1 + Math.floor(random() * 8)]!;
  const body = [...digits.slice(0, 9), twice].join('').replace(/^0/, '');
  const begin = body.length === 10 ? body : body + digits[9];
  const last = DIGITS.split('').find((digit) => isGermanTaxId(begin + digit));
  return filled(value, begin + (last ?? '0'));
}

function chineseId(random: Random): string {
  const born = date(random, '0000-00-00').replaceAll('-', '');
  const body = pick(random, '123456') + randomText(random, DIGITS, 5) + born + randomText(random, DIGITS, 3);
  return body + [...DIGITS, 'X'].find((check) => passesMod11Of2(body + check));
}

/** Days and months from 1 to 12, so that the order in which they are written does not matter. */
function date(random: Random, value: string): string {
  return value.replace(/\d+/g, (digits) => {
    const number = digits.length === 4 ? 1940 + Math.floor(random() * 70) : 1 + Math.floor(random() * 12);
    return String(number).padStart(digits.length, '0');
  });
}

/** What stands for a value whose layout has no free one left. */
export function withoutLayout(random: Random): string {
  return `anon-${randomText(random, LOWER + DIGITS, 12)}`;
}
