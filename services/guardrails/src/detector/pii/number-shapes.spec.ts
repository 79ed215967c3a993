import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBic, isCard, isEmail, isIban, isIpv6, isMac, isPhone, isPlainPhone } from './number-shapes.js';

describe('IBAN', () => {
  /** Examples of the SWIFT IBAN Registry. */
  const registry = [
    ...['AD1200012030200359100100', 'AE070331234567890123456', 'AL47212110090000000235698741', 'AT611904300234573201'],
    ...['AZ21NABZ00000000137010001944', 'BA391290079401028494', 'BE68539007547034', 'BG80BNBG96611020345678'],
    ...['BH67BMAG00001299123456', 'BR1800360305000010009795493C1', 'CH9300762011623852957', 'CR05015202001026284066'],
    ...['CY17002001280000001200527600', 'CZ6508000000192000145399', 'DE89370400440532013000', 'DK5000400440116243'],
    ...['DO28BAGR00000001212453611324', 'EE382200221020145685', 'ES9121000418450200051332', 'FI2112345600000785'],
    ...['FO6264600001631634', 'FR1420041010050500013M02606', 'GB29NWBK60161331926819', 'GE29NB0000000101904917'],
    ...['GI75NWBK000000007099453', 'GL8964710001000206', 'GR1601101250000000012300695', 'GT82TRAJ01020000001210029690'],
    ...['HR1210010051863000160', 'HU42117730161111101800000000', 'IE29AIBK93115212345678', 'IL620108000000099999999'],
    ...[
      'IS140159260076545510730339',
      'IT60X0542811101000000123456',
      'JO94CBJO0010000000000131000302',
      'KW81CBKU0000000000001234560101',
    ],
    ...['KZ86125KZT5004100100', 'LB62099900000001001901229114', 'LI21088100002324013AA', 'LT121000011101001000'],
    ...['LU280019400644750000', 'LV80BANK0000435195001', 'MC5811222000010123456789030', 'MD24AG000225100013104168'],
    ...[
      'ME25505000012345678951',
      'MK07250120000058984',
      'MR1300020001010000123456753',
      'MT84MALT011000012345MTLCAST001S',
    ],
    ...['MU17BOMM0101101030300200000MUR', 'NL91ABNA0417164300', 'NO9386011117947', 'PK36SCBL0000001123456702'],
    ...[
      'PL61109010140000071219812874',
      'PS92PALS000000000400123456702',
      'PT50000201231234567890154',
      'QA58DOHB00001234567890ABCDEFG',
    ],
    ...['RO49AAAA1B31007593840000', 'RS35260005601001611379', 'SA0380000000608010167519', 'SE4550000000058398257466'],
    ...['SI56263300012039086', 'SK3112000000198742637541', 'SM86U0322509800000000270100', 'TN5910006035183598478831'],
    ...[
      'TR330006100519786457841326',
      'UA213223130000026007233566001',
      'VG96VPVG0000012345678901',
      'XK051212012345678906',
    ],
  ];

  it.each(registry)('takes %s, also in groups and in lower case', (iban) => {
    expect(isIban(iban)).toBe(true);
    expect(isIban(iban.match(/.{1,4}/g)!.join(' '))).toBe(true);
    expect(isIban(iban.toLowerCase())).toBe(true);
  });

  it('sees one changed character, two that changed places, and one that is missing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...registry), fc.nat(), (iban, seed) => {
        const at = 4 + (seed % (iban.length - 5));
        const [one, other] = [iban[at]!, iban[at + 1]!];
        const changed = /\d/.test(one)
          ? String((Number(one) + 1) % 10)
          : one === 'Z'
            ? 'Y'
            : String.fromCharCode(one.charCodeAt(0) + 1);
        expect(isIban(iban.slice(0, at) + changed + iban.slice(at + 1))).toBe(false);
        expect(isIban(iban.slice(0, at) + iban.slice(at + 1))).toBe(false);
        // A letter counts as two digits, so that `1B` and `B1` are the same number.
        if (/\d/.test(one) !== /\d/.test(other)) return;
        const swapped = iban.slice(0, at) + other + one + iban.slice(at + 2);
        expect(isIban(swapped)).toBe(one === other);
      }),
    );
  });

  it('takes no country that has none', () => {
    expect(isIban('US64SVBKUS6S3300958879')).toBe(false);
  });
});

describe('cards', () => {
  /** Test numbers that schemes and processors publish. */
  it.each([
    ...[
      '4111111111111111',
      '4012888888881881',
      '4222222222222',
      '5555555555554444',
      '5105105105105100',
      '2223003122003222',
    ],
    ...[
      '378282246310005',
      '371449635398431',
      '30569309025904',
      '38520000023237',
      '6011111111111117',
      '6011000990139424',
    ],
    ...[
      '3530111333300000',
      '3566002020360505',
      '6200000000000005',
      '6304000000000000',
      '6759649826438453',
      '2200000000000004',
    ],
  ])('takes %s', (number) => {
    expect(isCard(number)).toBe(true);
  });

  it.each([
    '4111111111111112',
    '1111111111111117',
    '9111111111111111',
    '0000000000000000',
    '5900000000000006',
    '41111111111',
  ])('takes no %s', (number) => {
    expect(isCard(number)).toBe(false);
  });
});

describe('telephone numbers', () => {
  it.each([
    ...[
      '+1 206 555 0142',
      '1-206-555-0142',
      '(206) 555-0142',
      '206.555.0142',
      '+44 7700 900123',
      '+44 (0)20 7946 0018',
    ],
    ...[
      '020 7946 0018',
      '+33 6 39 98 12 34',
      '06 39 98 12 34',
      '+49 30 23125-123',
      '0049 30 23125123',
      '+61 2 5550 1234',
    ],
    ...[
      '+81 90-1234-5678',
      '+86 138 1234 5678',
      '+55 11 91234-5678',
      '+91 98765 43210',
      '+353 20 912 3456',
      '+420 601 123 456',
    ],
    ...[
      '+7 912 345-67-89',
      '+34 612 345 678',
      '+39 06 1234 5678',
      '+41 44 668 18 00',
      '+46 70 174 06 05',
      '+297 560 1234',
    ],
  ])('takes %s', (number) => {
    expect(isPhone(number)).toBe(true);
  });

  it.each([
    ...['+1 206 555 014', '+1 106 555 0142', '(911) 555-0142', '206-155-0142', '+44 7700 900', '+33 6 39 98 12 34 56'],
    ...['0000000000', '+1111111111', '0042 2870 8960', '+12', '030', '1234567890123456'],
  ])('takes no %s', (number) => {
    expect(isPhone(number)).toBe(false);
  });

  it('takes plain digits, but no dates', () => {
    expect(['5550142', '206 555 0142', '0301234567'].map(isPlainPhone)).toEqual([true, true, true]);
    expect(['2024-11-30', '30-11-2024', '7777777', '0301234'].map(isPlainPhone)).toEqual([false, false, false, false]);
  });
});

describe('addresses', () => {
  it.each([
    ...[
      '2001:db8:0:0:0:0:2:1',
      '2001:db8::1',
      'fe80::1ff:fe23:4567:890a',
      '2001:DB8::A:0:1',
      '64:ff9b::192.0.2.33',
      'fd12::9999',
    ],
  ])('reads %s as IPv6', (address) => {
    expect(isIpv6(address)).toBe(true);
  });

  it.each([
    '1:2:3',
    '12:34:56',
    'a::b::c',
    '::',
    'dead::beef',
    '2001:db8:1:2:3:4:5:6:7',
    '12345::1:2',
    '1::2::3:4',
    '::ffff:999.0.2.128',
  ])('reads no %s as IPv6', (address) => {
    expect(isIpv6(address)).toBe(false);
  });

  it('takes e-mail addresses whose parts are as RFC 5321 has them', () => {
    expect(['a@b.co', 'a.b-c+d@x-y.example', `${'a'.repeat(64)}@example.com`].every(isEmail)).toBe(true);
    for (const wrong of [
      '.a@b.co',
      'a.@b.co',
      'a..b@c.de',
      'a@-b.co',
      'a@b-.co',
      'a@b..co',
      `${'a'.repeat(65)}@b.co`,
    ]) {
      expect(isEmail(wrong), wrong).toBe(false);
    }
  });

  it('takes hardware addresses with one sign between their parts', () => {
    expect(['00:1b:44:11:3a:b7', '00-1B-44-11-3A-B7', '001b.4411.3ab7'].every(isMac)).toBe(true);
    expect(['00:00:00:00:00:00', '00:1b-44:11:3a:b7', 'ff:ff:ff:ff:ff:ff'].some(isMac)).toBe(false);
  });

  it('takes bank codes of countries that there are', () => {
    expect(['DEUTDEFF', 'NEDSZAJJXXX', 'BOFAUS3N'].every(isBic)).toBe(true);
    expect(['COMPUTER', 'INTERNATIONAL'.slice(0, 11), 'DEUTZZFF'].some(isBic)).toBe(false);
  });
});
