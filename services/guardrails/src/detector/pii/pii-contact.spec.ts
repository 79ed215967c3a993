import { describe, expect, it } from 'vitest';
import { Scanner, scanWhole } from '../../filter/scanner.js';
import { piiDetectors } from './pii-catalogue.js';

const scanner = Scanner.compile(piiDetectors);

/** The best span that counts, with its replacement. */
function best(text: string): string | undefined {
  const matches = scanWhole(scanner, text).filter((match) => match.score >= 0.5);
  matches.sort((one, other) => other.score - one.score || other.end - other.start - (one.end - one.start));
  const match = matches[0];
  return match && `${match.detector.replacement as string} ${text.slice(match.start, match.end)}`;
}

describe('personal data in the words of its country', () => {
  it.each([
    ['Meine Telefonnummer ist 23125 1234, bitte anrufen.', '[PHONE] 23125 1234'],
    ['Rufen Sie uns an: 0171 234 5678.', '[PHONE] 0171 234 5678'],
    ['Mon portable : 06.39.98.12.34', '[PHONE] 06.39.98.12.34'],
    ['Mi teléfono es 612 345 678.', '[PHONE] 612 345 678'],
    ['WhatsApp +55 11 91234-5678 por favor', '[PHONE] +55 11 91234-5678'],
    ['Geboren am 18.07.1985 in Bern', '[DATE_OF_BIRTH] 18.07.1985'],
    ['Geburtsdatum: 18.07.1985', '[DATE_OF_BIRTH] 18.07.1985'],
    ['Née le 18/07/1985 à Lyon', '[DATE_OF_BIRTH] 18/07/1985'],
    ['She was born July 18th, 1985.', '[DATE_OF_BIRTH] July 18th, 1985'],
    ['DOB 07/18/85', '[DATE_OF_BIRTH] 07/18/85'],
    ['Fecha de nacimiento 18-07-1985', '[DATE_OF_BIRTH] 18-07-1985'],
    ['Born on 45.45.1985', undefined],
    ['The flight on 18 July 1985 was late.', undefined],
    ['My social security number is 219 09 9999.', '[SSN] 219 09 9999'],
    ['Mein Personalausweis T220001293 ist weg.', '[DE_ID_CARD] T220001293'],
    ['Mijn burgerservicenummer is 111222333.', '[NL_BSN] 111222333'],
    ['Numéro de SIRET : 73282932000074', '[FR_SIRET] 73282932000074'],
    ['il mio codice fiscale è rssmra85t10a562s', '[IT_CODICE_FISCALE] rssmra85t10a562s'],
    ['Mój numer PESEL to 44051401359.', '[PL_PESEL] 44051401359'],
    ['O meu CPF é 11144477735', '[BR_CPF] 11144477735'],
    ['मेरा आधार 234123412346 है', '[IN_AADHAAR] 234123412346'],
    ['個人番号: 1234 5678 9018', '[JP_MY_NUMBER] 1234 5678 9018'],
    ['주민등록번호 820701-2409184', '[KR_RRN] 820701-2409184'],
    ['TC kimlik no: 10000000146', '[TR_KIMLIK] 10000000146'],
    ['Mitt personnummer är 8112289874', '[SE_PERSONNUMMER] 8112289874'],
    ['CPR-nummer 0707614285', '[DK_CPR] 0707614285'],
  ])('%s', (text, expected) => {
    expect(best(text)).toBe(expected);
  });

  it('reads digits of any width, with characters between them that nobody sees', () => {
    const wide = (text: string): string => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
    const hidden = (text: string): string => [...text].join('\u200b');
    for (const write of [wide, hidden]) {
      expect(best(`card ${write('4111111111111111')}.`)).toBe(`[CARD] ${write('4111111111111111')}`);
      expect(best(`IBAN ${write('DE89370400440532013000')}.`)).toBe(`[IBAN] ${write('DE89370400440532013000')}`);
    }
  });

  it('looks for words in the 64 characters before a value, not farther', () => {
    const near = `PESEL${' '.repeat(50)}44051401359`;
    expect(best(near)).toBe('[PL_PESEL] 44051401359');
    expect(best(`PESEL${' '.repeat(70)}44051401359`)).toBeUndefined();
    expect(best('44051401359 is my PESEL')).toBeUndefined();
    expect(best('PESELS 44051401359')).toBeUndefined();
  });
});
