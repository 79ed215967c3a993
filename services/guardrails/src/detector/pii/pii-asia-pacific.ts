import { CharSet, WORD } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import * as valid from './checksums-asia-pacific.js';
import { NUMBER_PART, pii, SCORES } from './pii-spec.js';

const { certain, checked, shaped, weak } = SCORES;
const number = { notAfter: NUMBER_PART } as const;

/** Identity, tax and health numbers of Asia, Australia and South Africa. */
export const asiaPacificDetectors: readonly DetectorSpec[] = [
  pii('in_aadhaar', 'IN_AADHAAR', String.raw`[2-9]\d{3}[ \-]?\d{4}[ \-]?\d{4}`, {
    ...number,
    maxLength: 14,
    validate: valid.isAadhaar,
    score: weak,
    words: ['aadhaar', 'aadhar', 'uidai', 'uid', 'adhaar', 'आधार'],
  }),
  pii('in_pan', 'IN_PAN', String.raw`[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]`, {
    maxLength: 10,
    score: shaped,
    words: ['pan', 'pan card', 'pan number', 'permanent account'],
  }),
  pii('in_gstin', 'IN_GSTIN', String.raw`[0-3]\d[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]`, {
    ...number,
    maxLength: 15,
    validate: valid.isGstin,
    score: certain,
  }),
  pii('au_tfn', 'AU_TFN', String.raw`\d{3}[ \-]?\d{3}[ \-]?\d{3}`, {
    ...number,
    maxLength: 11,
    validate: valid.isTfn,
    score: weak,
    words: ['tfn', 'tax file', 'tax file number'],
  }),
  pii('au_abn', 'AU_ABN', String.raw`\d{2} ?\d{3} ?\d{3} ?\d{3}`, {
    ...number,
    maxLength: 14,
    validate: valid.isAbn,
    score: weak,
    words: ['abn', 'australian business'],
  }),
  pii('au_acn', 'AU_ACN', String.raw`\d{3} ?\d{3} ?\d{3}`, {
    ...number,
    maxLength: 11,
    validate: valid.isAcn,
    score: weak,
    words: ['acn', 'australian company'],
  }),
  pii('au_medicare', 'AU_MEDICARE', String.raw`[2-6]\d{3}[ \-]?\d{5}[ \-]?\d([ \-/]?\d)?`, {
    ...number,
    maxLength: 14,
    validate: valid.isAustralianMedicare,
    score: weak,
    words: ['medicare', 'medicare number', 'medicare card'],
  }),
  pii('sg_nric', 'SG_NRIC_FIN', String.raw`[STFGM]\d{7}[A-Z]`, {
    ignoreCase: true,
    maxLength: 9,
    validate: valid.isNric,
    score: checked,
  }),
  pii('za_id', 'ZA_ID_NUMBER', String.raw`\d{6} ?\d{4} ?[012][89]\d`, {
    ...number,
    maxLength: 15,
    validate: valid.isZaId,
    score: weak,
    words: ['south african id', 'sa id', 'id number', 'identity number', 'rsa id', 'id no'],
  }),
  pii('kr_rrn', 'KR_RRN', String.raw`\d{6}-[1-8]\d{6}`, {
    ...number,
    maxLength: 14,
    validate: valid.isRrn,
    score: shaped,
    words: ['rrn', 'resident registration', '주민등록번호'],
  }),
  pii('th_national_id', 'TH_TNIN', String.raw`[1-8][ \-]?\d{4}[ \-]?\d{5}[ \-]?\d{2}[ \-]?\d`, {
    ...number,
    maxLength: 17,
    validate: valid.isThaiId,
    score: weak,
    words: ['thai id', 'thai national id', 'national id', 'tnin', 'บัตรประชาชน', 'เลขประจำตัวประชาชน'],
  }),
  pii('jp_my_number', 'JP_MY_NUMBER', String.raw`\d{4}[ \-]?\d{4}[ \-]?\d{4}`, {
    ...number,
    maxLength: 14,
    validate: valid.isMyNumber,
    score: weak,
    words: ['my number', 'マイナンバー', '個人番号', 'individual number'],
  }),
  pii('cn_resident_id', 'CN_RESIDENT_ID', String.raw`[1-9]\d{5}(19|20)\d{9}[0-9Xx]`, {
    ...number,
    maxLength: 18,
    validate: valid.isChineseId,
    score: certain,
  }),
  pii('hk_id', 'HK_ID', String.raw`[A-Z]{1,2}\d{6}\([0-9A]\)`, {
    notBefore: CharSet.of(),
    maxLength: 11,
    validate: valid.isHongKongId,
    score: checked,
  }),
  pii('il_id', 'IL_ID', String.raw`\d{8}-?\d`, {
    ...number,
    notBefore: WORD,
    maxLength: 10,
    validate: valid.isIsraeliId,
    score: weak,
    words: ['teudat zehut', 'israeli id', 'תעודת זהות', 'mispar zehut'],
  }),
];
