import { fakeSource } from '@weir/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piiDetectors } from '../detector/pii/pii-catalogue.js';
import { formatPreserving, withoutLayout } from './format-preserving.js';
import { filled, pick, randomText, sameLayout, sameLayoutWithDate } from './layout.js';
import { phonePseudonym } from './phone-pseudonym.js';

const random = (seed = 1): (() => number) => {
  const source = fakeSource({ seed });
  return () => source.random();
};

describe('layout', () => {
  it('changes digits and letters only, each to one of its kind', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ09 -_./@é'), maxLength: 30 }), fc.nat(), (text, seed) => {
        const other = sameLayout(random(seed), text);
        expect(other).toHaveLength(text.length);
        for (let index = 0; index < text.length; index++) {
          if (/[ \-_./@]/.test(text[index]!)) expect(other[index]).toBe(text[index]);
          else
            expect(other[index]).toMatch(
              /\d/.test(text[index]!) ? /\d/ : /[A-Z]/.test(text[index]!) ? /[A-Z]/ : /[a-z]/,
            );
        }
      }),
    );
  });

  it('makes a date of the first six digits', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const other = sameLayoutWithDate(random(seed), '811228-9874');
        expect(other).toMatch(/^((0[1-9]|1[0-2])){3}-\d{4}$/);
      }),
    );
  });

  it('fills other characters into a layout, as many as there are', () => {
    expect(filled('4111-1111 x', '5222333')).toBe('5222-3331 x');
    expect(filled('(12) 34', 'abcdef')).toBe('(ab) cd');
  });

  it('picks within bounds, whatever the random number', () => {
    expect([0, 0.5, 0.999999, 1].map((number) => pick(() => number, 'abc'))).toEqual(['a', 'b', 'c', 'c']);
    expect(randomText(() => 0, 'xy', 3)).toBe('xxx');
  });
});

describe('telephone numbers', () => {
  it.each([
    ['+44 20 7123 4567', /^\+44 20 7946 0\d{3}$/],
    ['020 7123 4567', /^020 7946 0\d{3}$/],
    ['07911 123456', /^07700 900\d{3}$/],
    ['01632 123456', /^01632 960\d{3}$/],
    ['+33 6 12 34 56 78', /^\+33 6 39 98 \d\d \d\d$/],
    ['01 42 68 53 00', /^01 99 00 \d\d \d\d$/],
    ['04.91.13.89.00', /^04\.65\.71\.\d\d\.\d\d$/],
    ['+61 412 345 678', /^\+61 491 570 \d{3}$/],
    ['+61 2 9374 4000', /^\+61 2 5550 \d{4}$/],
    ['1 (650) 253-0000', /^1 \([2-9]\d\d\) 555-01\d\d$/],
    ['+82 2 312 3456', /^\+82 \d \d{3} \d{4}$/],
    ['5551234', /^555\d{4}$/],
  ])('%s becomes one that is kept for fiction, where its country has such numbers', (value, form) => {
    for (let seed = 0; seed < 20; seed++) expect(phonePseudonym(random(seed), value)).toMatch(form);
  });
});

describe('values of every detector', () => {
  /** Values of kinds with a checksum; what is made of them passes it. */
  const values: Readonly<Record<string, string>> = {
    uk_nino: 'AB 12 34 56 C',
    uk_driving_licence: 'MORGA657054SM9IJ',
    es_nie: 'X1234567L',
    it_partita_iva: '07643520567',
    de_vat_id: 'DE136695976',
    fr_siret: '732 829 320 00074',
    nl_bsn: '111222333',
    pl_pesel: '44051401359',
    pl_nip: '123-456-32-18',
    fi_hetu: '131052-308T',
    dk_cpr: '070761-4285',
    pt_nif: '123456789',
    ie_pps: '1234567T',
    ch_ahv: '756.9217.0769.85',
    tr_kimlik: '10000000146',
    us_itin: '912-70-1234',
    us_routing: '021000021',
    us_npi: '1234567893',
    us_dea: 'AB1234563',
    ca_sin: '130 692 544',
    br_cnpj: '11.222.333/0001-81',
    cl_rut: '12.345.678-5',
    ar_cuit: '20-17254359-7',
    au_tfn: '123 456 782',
    au_abn: '51 824 753 556',
    za_id: '8001015009087',
    kr_rrn: '820701-2409184',
    th_national_id: '1-1037-02071-81-1',
    jp_my_number: '1234 5678 9018',
    hk_id: 'A123456(3)',
    imei: '490154203237518',
    de_id_card: 'T220001293',
  };

  it.each(Object.entries(values))('%s %s', (name, value) => {
    const spec = piiDetectors.find((one) => one.id === `pii.${name}`)!;
    expect(spec.validate!(value)).toBe(true);
    const made = Array.from({ length: 10 }, (_, seed) => formatPreserving(spec, random(seed), value));
    expect(made.filter((other) => spec.validate!(other)).length).toBeGreaterThanOrEqual(9);
    expect(made.every((other) => other.length === value.length)).toBe(true);
    expect(new Set(made).size).toBeGreaterThan(5);
  });

  it('keeps the layout where no valid value is found', () => {
    const never = { ...piiDetectors[0]!, id: 'pii.never', pattern: String.raw`\d{4}`, validate: () => false };
    expect(formatPreserving(never, random(), '12-34')).toMatch(/^\d\d-\d\d$/);
    expect(withoutLayout(random())).toMatch(/^anon-[a-z0-9]{12}$/);
  });
});
