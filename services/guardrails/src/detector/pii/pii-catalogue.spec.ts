import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scanner, scanWhole } from '../../filter/scanner.js';
import { luhnDigit, passesLuhn } from './checksums.js';
import { piiDetectors } from './pii-catalogue.js';

const THRESHOLD = 0.5;
const scanner = Scanner.compile(piiDetectors);
const cards = Scanner.compile(piiDetectors.filter((spec) => spec.id === 'pii.card'));

/** What counts in a text, as `id value`. */
function found(text: string, using = scanner): string[] {
  const matches = scanWhole(using, text).filter((match) => match.score >= THRESHOLD);
  return matches.map((match) => `${match.detector.id.slice('pii.'.length)} ${text.slice(match.start, match.end)}`);
}

/** By detector: words before, value, words behind. */
const examples: readonly (readonly [id: string, before: string, value: string, behind?: string])[] = [
  ['email', 'Write to ', 'lena.novak+list@mail.example.co.uk', '.'],
  ['phone', 'at ', '+44 (0)20 7946 0958', ', office'],
  ['phone', '', '(206) 555-0142', '.'],
  ['phone', 'Ring ', '1-206-555-0142', '!'],
  ['phone', '', '020 7946 0144', ' is free'],
  ['phone', '', '06 39 98 71 84', '.'],
  ['phone', '', '030/23125123', '.'],
  ['phone', '', '+49 30 23125-123', '.'],
  ['phone_plain', 'my phone: ', '5550142', '.'],
  ['phone_plain', 'Telefon ', '206 555 0142', ''],
  ['ipv4', 'from ', '203.0.113.77', '.'],
  ['ipv6', 'host ', '2001:db8::b514:8706', '.'],
  ['mac', 'card ', '00:1b:44:11:3a:b7', ' up'],
  ['date_of_birth', 'Born on ', '18 July 1985', ' in Bern'],
  ['date_of_birth', 'date of birth: ', '1985-07-18', ''],
  ['card', 'card: ', '4111 1111 1111 1111', ' 12/29'],
  ['card', 'pay ', '378282246310005', '.'],
  ['card_glued', 'card no. x', '4111111111111111', 'y'],
  ['card_glued', 'my Visa', '4111111111111111', '.'],
  ['iban', 'to ', 'DE89 3704 0044 0532 0130 00', ' today'],
  ['bic', 'SWIFT ', 'DEUTDEFF500', '.'],
  ['btc_address', 'to ', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '.'],
  ['eth_address', 'to ', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '.'],
  ['vin', 'the ', '1M8GDM9AXKP042788', '.'],
  ['imei', 'IMEI ', '490154203237518', '.'],
  ['uk_nhs', 'NHS number ', '943 476 5919', '.'],
  ['uk_nino', 'and ', 'AB 12 34 56 C', '.'],
  ['uk_postcode', 'Postcode ', 'SW1A 1AA', '.'],
  ['uk_driving_licence', 'licence ', 'MORGA657054SM9IJ', '.'],
  ['es_dni', 'es ', '12345678Z', '.'],
  ['es_nie', 'es ', 'X1234567L', '.'],
  ['it_codice_fiscale', 'CF ', 'RSSMRA85T10A562S', '.'],
  ['it_partita_iva', 'partita IVA ', '07643520567', '.'],
  ['de_tax_id', 'Steuer-ID: ', '86095742719', '.'],
  ['de_social_security', 'SV ', '15 070649 C 103', '.'],
  ['de_id_card', 'Personalausweis ', 'T220001293', '.'],
  ['de_vat_id', 'USt ', 'DE136695976', '.'],
  ['fr_nir', 'NIR ', '2 55 08 14 168 025 38', '.'],
  ['fr_siret', 'SIRET ', '732 829 320 00074', '.'],
  ['nl_bsn', 'BSN ', '111222333', '.'],
  ['be_national_number', 'rijksregisternummer ', '85.07.30-033.28', '.'],
  ['pl_pesel', 'PESEL ', '44051401359', '.'],
  ['pl_nip', 'NIP ', '123-456-32-18', '.'],
  ['pl_regon', 'REGON ', '123456785', '.'],
  ['se_personnummer', 'nr ', '811228-9874', '.'],
  ['se_personnummer_plain', 'personnummer ', '198112289874', '.'],
  ['fi_hetu', 'hetu ', '131052-308T', '.'],
  ['no_fodselsnummer', 'nr ', '150765 00565', '.'],
  ['dk_cpr', 'CPR ', '070761-4285', '.'],
  ['pt_nif', 'contribuinte ', '123456789', '.'],
  ['ie_pps', 'PPS number ', '1234567T', '.'],
  ['ch_ahv', 'AHV ', '756.9217.0769.85', '.'],
  ['tr_kimlik', 'TC kimlik ', '10000000146', '.'],
  ['us_ssn', 'is ', '219-09-9999', '.'],
  ['us_ssn_plain', 'SSN ', '219099999', '.'],
  ['us_itin', 'ITIN ', '912-70-1234', '.'],
  ['us_ein', 'EIN ', '12-3456789', '.'],
  ['us_routing', 'routing: ', '021000021', '.'],
  ['us_npi', 'NPI ', '1234567893', '.'],
  ['us_dea', 'DEA number ', 'AB1234563', '.'],
  ['us_mbi', 'card ', '1EG4-TE5-MK73', '.'],
  ['us_passport', 'passport no ', 'C12345678', '.'],
  ['passport', 'Reisepass ', 'AB1234567', '.'],
  ['us_bank_account', 'account number ', '000123456789', '.'],
  ['us_driver_license', "driver's license ", 'D1234567', '.'],
  ['ca_sin', 'SIN ', '130 692 544', '.'],
  ['br_cpf', 'o ', '111.444.777-35', '.'],
  ['br_cpf_plain', 'CPF ', '11144477735', '.'],
  ['br_cnpj', 'a ', '12.ABC.345/01DE-35', '.'],
  ['br_cnpj_plain', 'CNPJ ', '11222333000181', '.'],
  ['mx_curp', 'curp ', 'BOXW310820HNERXN09', '.'],
  ['cl_rut', 'es ', '12.345.678-5', '.'],
  ['ar_cuit', 'es ', '20-17254359-7', '.'],
  ['ar_cuit_plain', 'CUIT ', '20172543597', '.'],
  ['in_aadhaar', 'Aadhaar: ', '2341 2341 2346', '.'],
  ['in_pan', 'is ', 'AAPFU0939F', '.'],
  ['in_gstin', 'is ', '27AAPFU0939F1ZV', '.'],
  ['au_tfn', 'TFN ', '123 456 782', '.'],
  ['au_abn', 'ABN ', '51 824 753 556', '.'],
  ['au_acn', 'ACN ', '004 085 616', '.'],
  ['au_medicare', 'Medicare ', '2123 45670 1', '.'],
  ['sg_nric', 'is ', 'S1234567D', '.'],
  ['za_id', 'ID number ', '8001015009087', '.'],
  ['kr_rrn', 'is ', '820701-2409184', '.'],
  ['th_national_id', 'national ID ', '1-1037-02071-81-1', '.'],
  ['jp_my_number', 'My Number: ', '1234 5678 9018', '.'],
  ['cn_resident_id', 'is ', '11010519491231002X', '.'],
  ['hk_id', 'is ', 'A123456(3)', '.'],
  ['il_id', 'Teudat Zehut ', '123456782', '.'],
];

describe('the catalogue of personal data', () => {
  it('names 45 kinds or more, each detector once, with an example of each', () => {
    const ids = piiDetectors.map((spec) => spec.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(piiDetectors.map((spec) => spec.entity)).size).toBeGreaterThanOrEqual(45);
    expect(new Set(examples.map(([id]) => `pii.${id}`))).toEqual(new Set(ids));
  });

  it.each(examples.map(([id, before, value, behind = '']) => [id, before, value, behind] as const))(
    'finds %s in "%s%s%s"',
    (id, before, value, behind) => {
      expect(found(before + value + behind)).toContain(`${id} ${value}`);
    },
  );

  const inContext = piiDetectors.filter((spec) => spec.score < THRESHOLD);

  it('has words for everything that does not count without them', () => {
    expect(inContext.filter((spec) => (spec.context?.score ?? 0) <= THRESHOLD)).toEqual([]);
    for (const [id, , value] of examples) {
      if (!inContext.some((spec) => spec.id === `pii.${id}`)) continue;
      expect(found(`The part ${value} is there.`).filter((one) => one.startsWith(`${id} `))).toEqual([]);
    }
  });

  it('writes replacements that a JSON string can hold, and holds back little', () => {
    for (const spec of piiDetectors) {
      expect(spec.replacement).toMatch(/^\[[A-Z0-9_]+\]$/);
      expect(spec.owasp).toBe('LLM02');
      expect(spec.maxLength, spec.id).toBeLessThanOrEqual(spec.id === 'pii.email' ? 254 : 74);
    }
  });

  it('finds no card in 10,000 numbers of 16 digits that fail the checksum', () => {
    const digits = fc.stringMatching(/^\d{16}$/).filter((number) => !passesLuhn(number));
    fc.assert(
      fc.property(digits, fc.constantFrom('', ' ', '\n', '_'), (number, sign) => {
        return found(`no ${number.match(/\d{4}/g)!.join(sign)}.`, cards).length === 0;
      }),
      { numRuns: 10_000 },
    );
  });

  it('finds every card, whatever stands between its groups', () => {
    const signs = ['', ' ', '-', '.', '_', '/', '  ', '\t', '\n', '\r\n', ' \n', '\n '];
    fc.assert(
      fc.property(fc.stringMatching(/^4\d{14}$/), fc.constantFrom(...signs), (body, sign) => {
        const number = body + luhnDigit(body);
        fc.pre(!/^(.)\1*$/.test(number));
        const value = number.match(/\d{4}/g)!.join(sign);
        expect(found(`no ${value}.`, cards)).toContain(`card ${value}`);
      }),
    );
  });

  it.each([
    ...['3782\n822463\n10005', '3782_822463_10005', '4111 1111\n1111 1111', '5555/5555/5555/4444'],
    ...['41 11 11 11 11 11 11 11', '4 1-1.1 1-1.1 1-1.1 1-1.1 1-1.1', '4222222222222', '4000000000000000006'],
  ])('finds a card however it is laid out: %j', (card) => {
    expect(found(`mine: ${card} and`, cards)).toEqual([`card ${card}`]);
  });

  it('finds no card where numbers stand below or beside each other in another way', () => {
    const column = (sign: string, ...numbers: string[]) => found(numbers.join(sign), cards);
    for (const sign of ['\n', '\t', '  ', '_', '/']) {
      expect(column(sign, '41', '111', '1111', '11111', '11')).toEqual([]);
      expect(column(sign, '411', '1111', '1111', '11111')).toEqual([]);
      expect(column(sign, ...'4111111111111111')).toEqual([]);
      expect(column(sign, '4111', '1111', '1111', '1112')).toEqual([]);
      expect(column(sign, '2019', '2020', '2021', '2022', '2023', '2024', '2025', '2026')).toEqual([]);
    }
    for (const sign of [',', ', ', '\n\n', '   ', '**', ' | ']) {
      expect(column(sign, '4111', '1111', '1111', '1111')).toEqual([]);
    }
  });

  it('finds an IBAN over a line break', () => {
    expect(found('an DE89 3704 0044\n0532 0130 00 bitte')).toContain('iban DE89 3704 0044\n0532 0130 00');
    expect(found('an DE89\r\n3704\r\n0044\r\n0532\r\n0130\r\n00.')[0]).toMatch(/^iban DE89/);
    expect(found('an DE89 3704 0044 0532 0130 00\nDanke')).toContain('iban DE89 3704 0044 0532 0130 00');
  });

  it.each([
    'The meeting on 2024-11-30 at 10:30:00 took 90 minutes; see RFC 5322, section 3.4.1.',
    'Version 10.4.0 replaces 9.12.3, and chapter 12.4.1 of ISO/IEC 7812-1:2017 applies.',
    'id 550e8400-e29b-41d4-a716-446655440000, commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    '0x5389947499679316ad7a6bbf8e89e8da1a26125e1 and DK6014928365181018 of AT78534987766276',
    'It cost $1,234,567.89 in 2023, 12 % more than the 1,100,000.00 of 2022.',
    'logprob -0.4111111111111111 and 0.5105105105105100, 1700000000000 ms since 1970',
    'std::vector<int> a; fe::ad(b); 12:30:45.123; ratio 16:9; ::1 and 127.0.0.1 listen.',
    'Call f(1, 2, 3) with 0x1F and 1e-10; array[12345678] is 2147483647 or 4294967295.',
    'ISBN 978-3-16-148410-0, order 100-2024-778, page 1234-1240, tracking 1Z999AA10123456784',
    'ABSOLUTE NONSENSE, DEUTSCHE HYPOTHEK, THE QUICK BROWN FOX; see A4, B12 and C3PO.',
    'name@host, @user, a@b, user@localhost, 5 @ 3.50, sha256:abc@def',
  ])('finds nothing in %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});
