import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhnDigit } from './checksums.js';
import * as americas from './checksums-americas.js';
import * as asia from './checksums-asia-pacific.js';
import * as europe from './checksums-europe.js';
import {
  isBic,
  isCard,
  isEmail,
  isIban,
  isImei,
  isIpv4,
  isIpv6,
  isMac,
  isPhone,
  isPlainPhone,
} from './number-shapes.js';

type Check = (value: string) => boolean;

/** Published examples, and one change of each. */
const vectors: readonly (readonly [Check, valid: string, changed: string])[] = [
  [europe.isNhsNumber, '943 476 5919', '943 476 5918'],
  [europe.isNino, 'QQ123456C', 'BG123456C'],
  [europe.isUkDrivingLicence, 'MORGA657054SM9IJ', 'MORGA683054SM9IJ'],
  [europe.isDni, '12345678Z', '12345678A'],
  [europe.isNie, 'X1234567L', 'Y1234567L'],
  [europe.isCodiceFiscale, 'RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
  [europe.isPartitaIva, '07643520567', '07643520568'],
  [europe.isGermanTaxId, '86095742719', '86095742718'],
  [europe.isGermanTaxId, '65929970489', '11111111119'],
  [europe.isGermanSocialSecurity, '15 070649 C 103', '15 070649 C 104'],
  [europe.isGermanIdCard, 'T220001293', 'T220001294'],
  [europe.isGermanVat, 'DE136695976', 'DE136695978'],
  [europe.isNir, '2 55 08 14 168 025 38', '2 55 08 14 168 025 39'],
  [europe.isSiret, '732 829 320 00074', '732 829 320 00075'],
  [europe.isBsn, '111222333', '111222334'],
  [europe.isBelgianNumber, '85.07.30-033.28', '85.07.30-033.29'],
  [europe.isPesel, '44051401359', '44051401358'],
  [europe.isNip, '123-456-32-18', '123-456-32-19'],
  [europe.isRegon, '123456785', '123456786'],
  [europe.isRegon, '12345678512347', '12345678512346'],
  [europe.isPersonnummer, '811228-9874', '811228-9873'],
  [europe.isPersonnummer, '19811228-9874', '17811228-9874'],
  [europe.isHetu, '131052-308T', '131052-308U'],
  [europe.isFodselsnummer, '15076500565', '15076500566'],
  [europe.isFodselsnummer, '55076500044', '81414520456'],
  [europe.isCpr, '070761-4285', '320761-4285'],
  [europe.isPortugueseNif, '123456789', '123456780'],
  [europe.isPps, '1234567T', '1234567U'],
  [europe.isPps, '1234567FA', '1234567TA'],
  [europe.isAhv, '756.9217.0769.85', '756.9217.0769.86'],
  [europe.isKimlik, '10000000146', '10000000147'],
  [americas.isSsn, '219-09-9999', '666-09-9999'],
  [americas.isItin, '912-70-1234', '912-10-1234'],
  [americas.isEin, '12-3456789', '00-3456789'],
  [americas.isRoutingNumber, '021000021', '021000022'],
  [americas.isNpi, '1234567893', '1234567894'],
  [americas.isDea, 'AB1234563', 'AB1234564'],
  [americas.isSin, '130 692 544', '130 692 545'],
  [americas.isCpf, '111.444.777-35', '111.444.777-36'],
  [americas.isCnpj, '11.222.333/0001-81', '11.222.333/0001-82'],
  [americas.isCnpj, '12.ABC.345/01DE-35', '12.ABC.345/01DE-36'],
  [americas.isCurp, 'BOXW310820HNERXN09', 'BOXW310820HNERXN08'],
  [americas.isRut, '12.345.678-5', '12.345.678-4'],
  [americas.isCuit, '20-17254359-7', '20-17254359-8'],
  [americas.isVin, '1M8GDM9AXKP042788', '1M8GDM9A1KP042788'],
  [asia.isAadhaar, '2341 2341 2346', '2341 2341 2347'],
  [asia.isGstin, '27AAPFU0939F1ZV', '27AAPFU0939F1ZW'],
  [asia.isTfn, '123 456 782', '123 456 783'],
  [asia.isAbn, '51 824 753 556', '51 824 753 557'],
  [asia.isAcn, '004 085 616', '004 085 617'],
  [asia.isAustralianMedicare, '2123 45670 1', '2123 45680 1'],
  [asia.isNric, 'S1234567D', 'S1234567E'],
  [asia.isNric, 'F1234567N', 'F1234567P'],
  [asia.isZaId, '8001015009087', '8001015009088'],
  [asia.isRrn, '820701-2409184', '821301-2409184'],
  [asia.isThaiId, '1-1037-02071-81-1', '1-1037-02071-81-2'],
  [asia.isMyNumber, '1234 5678 9018', '1234 5678 9019'],
  [asia.isChineseId, '11010519491231002X', '110105194912310021'],
  [asia.isHongKongId, 'A123456(3)', 'A123456(4)'],
  [asia.isIsraeliId, '123456782', '123456783'],
  [isCard, '3782 822463 10005', '3782 822463 10006'],
  [isCard, '6011-1111-1111-1117', '6011-1111-1111-1118'],
  [isIban, 'GB29 NWBK 6016 1331 9268 19', 'GB29 NWBK 6016 1331 9268 18'],
  [isIban, 'de89370400440532013000', 'de8937040044053201300'],
  [isBic, 'DEUTDEFF500', 'DEUTXXFF500'],
  [isImei, '49-015420-323751-8', '49-015420-323751-7'],
  [isMac, '00:1B:44:11:3A:B7', '00:1B-44:11:3A:B7'],
  [isIpv4, '203.0.113.7', '203.0.113.256'],
  [isIpv4, '192.0.2.1', '192.0.02.1'],
  [isIpv6, '2001:db8::8a2e:370:7334', '2001:db8::8a2e::7334'],
  [isIpv6, '2001:0db8:85a3:0000:0000:8a2e:0370:7334', '2001:0db8:85a3:0000:0000:8a2e:0370'],
  [isIpv6, '::ffff:192.0.2.128', '::ffff:192.0.2.128:1'],
  [isEmail, 'a.b+c@example.co.uk', 'a..b@example.co.uk'],
  [isPhone, '+44 20 7946 0958', '+44 20 7946 095812345'],
  [isPhone, '(212) 555-0123', '(112) 555-0123'],
  [isPhone, '0049 30 23125123', '0049 30 2'],
  [isPlainPhone, '5550123', '2024-11-30'],
];

describe('numbers of countries and schemes', () => {
  it.each(vectors)('%o takes %s and not %s', (check, valid, changed) => {
    expect(check(valid)).toBe(true);
    expect(check(changed)).toBe(false);
  });

  /** Weights below the modulus, and a modulus that is prime: no changed digit goes unseen. */
  const guaranteed: readonly (readonly [Check, string])[] = [
    [europe.isNhsNumber, '9434765919'],
    [europe.isDni, '12345678Z'],
    [europe.isBsn, '111222333'],
    [europe.isAhv, '7569217076985'],
    [europe.isNir, '255081416802538'],
    [europe.isPesel, '44051401359'],
    [americas.isRoutingNumber, '021000021'],
    [americas.isNpi, '1234567893'],
    [asia.isAadhaar, '234123412346'],
    [asia.isAbn, '51824753556'],
    [isCard, '4111111111111111'],
    [isIban, 'DE89370400440532013000'],
  ];

  it.each(guaranteed)('%o sees every changed digit of %s', (check, valid) => {
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 9 }), (place, by) => {
        const digit = Number(valid[place]);
        fc.pre(!Number.isNaN(digit));
        expect(check(valid.slice(0, place) + ((digit + by) % 10) + valid.slice(place + 1))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('takes nothing that is one digit over and over', () => {
    for (const check of [
      isCard,
      europe.isNhsNumber,
      europe.isBsn,
      americas.isCpf,
      americas.isSsn,
      asia.isTfn,
      isPhone,
    ]) {
      for (let length = 9; length <= 16; length++) expect(check('1'.repeat(length))).toBe(false);
    }
  });

  it('takes a card only with a length that its brand gives out', () => {
    const completed = (body: string): string => body + luhnDigit(body);
    for (const [brand, lengths] of [
      ['4', [13, 16, 19]],
      ['51', [16]],
      ['37', [15]],
      ['60', [16, 17, 18, 19]],
    ] as const) {
      for (let length = 12; length <= 20; length++) {
        const number = completed(brand.padEnd(length - 1, '123'));
        expect(isCard(number), number).toBe((lengths as readonly number[]).includes(length));
      }
    }
    expect(isCard(completed('99'.padEnd(15, '123')))).toBe(false);
  });

  it('reads a card in groups as one of the usual lengths only', () => {
    expect(isCard('4111 1111 1111 1111')).toBe(true);
    expect(isCard('4000000000000000006')).toBe(true);
    expect(isCard('4000 0000 0000 0000 006')).toBe(false);
    expect(isCard('41 11 11 11 11 11 11 11')).toBe(true);
    expect(isCard('41 1111 1111 1111 11')).toBe(false);
  });

  it('names no machine that is nobody', () => {
    for (const address of ['0.0.0.0', '127.0.0.1', '255.255.255.0']) expect(isIpv4(address)).toBe(false);
    for (const address of ['::', '::1', 'std::abc', 'fe::ad']) expect(isIpv6(address)).toBe(false);
  });
});
