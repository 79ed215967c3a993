import type { DetectorSpec } from '../detector.js';
import * as valid from './checksums-americas.js';
import { NUMBER_PART, pii, SCORES } from './pii-spec.js';

const { certain, checked, shaped, weak } = SCORES;
const number = { notAfter: NUMBER_PART } as const;
const SSN_WORDS = ['ssn', 'ssns', 'social security', 'social security number', 'social security no', 'ss#', 'soc sec'];

/** Identity, tax, health and bank numbers of the Americas. */
export const americasDetectors: readonly DetectorSpec[] = [
  pii('us_ssn', 'US_SSN', String.raw`\d{3}-\d{2}-\d{4}`, {
    ...number,
    maxLength: 11,
    validate: valid.isSsn,
    score: shaped,
    words: SSN_WORDS,
    label: 'SSN',
  }),
  pii('us_ssn_plain', 'US_SSN', String.raw`\d{3}[ .]?\d{2}[ .]?\d{4}`, {
    ...number,
    maxLength: 11,
    validate: valid.isSsn,
    score: weak,
    words: SSN_WORDS,
    label: 'SSN',
  }),
  pii('us_itin', 'US_ITIN', String.raw`9\d{2}[ \-]?\d{2}[ \-]?\d{4}`, {
    ...number,
    maxLength: 11,
    validate: valid.isItin,
    score: weak,
    words: ['itin', 'taxpayer', 'taxpayer identification', 'tax id', 'individual taxpayer'],
  }),
  pii('us_ein', 'US_EIN', String.raw`\d{2}-\d{7}`, {
    ...number,
    maxLength: 10,
    validate: valid.isEin,
    score: weak,
    words: ['ein', 'fein', 'employer identification', 'federal tax id', 'tax id'],
  }),
  pii('us_routing', 'ABA_ROUTING_NUMBER', String.raw`\d{9}|\d{4}-\d{4}-\d`, {
    ...number,
    maxLength: 11,
    validate: valid.isRoutingNumber,
    score: weak,
    words: ['routing', 'routing number', 'aba', 'rtn', 'routing no', 'transit number', 'ach', 'wire'],
  }),
  pii('us_npi', 'US_NPI', String.raw`[12]\d{9}`, {
    ...number,
    maxLength: 10,
    validate: valid.isNpi,
    score: weak,
    words: ['npi', 'national provider', 'provider identifier', 'provider number'],
  }),
  pii('us_dea', 'MEDICAL_LICENSE', String.raw`[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}`, {
    maxLength: 9,
    validate: valid.isDea,
    score: weak,
    words: ['dea', 'dea number', 'medical license', 'prescriber', 'registration number'],
  }),
  pii(
    'us_mbi',
    'US_MBI',
    '[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?[AC-HJKMNP-RT-Y]{2}[0-9]{2}',
    {
      ...number,
      maxLength: 13,
      score: shaped,
      words: ['medicare', 'mbi', 'beneficiary'],
    },
  ),
  pii('us_passport', 'US_PASSPORT', String.raw`[A-Z]\d{8}|\d{9}`, {
    ...number,
    maxLength: 9,
    score: 0.1,
    words: ['passport', 'passport number', 'passport no', 'us passport'],
  }),
  pii('passport', 'PASSPORT', String.raw`[A-Z]{2}[ ]?\d{6,7}|[A-Z]\d{7}|\d{2}[A-Z]{2}\d{5}`, {
    ...number,
    maxLength: 10,
    score: 0.1,
    words: ['passport', 'passeport', 'pasaporte', 'passaporto', 'passaporte', 'paspoort', 'reisepass', 'paszport'],
  }),
  pii('us_bank_account', 'US_BANK_NUMBER', String.raw`\d{8,17}`, {
    ...number,
    maxLength: 17,
    score: 0.1,
    words: ['bank account', 'account number', 'account no', 'acct', 'checking account', 'savings account', 'acct no'],
  }),
  pii('us_driver_license', 'US_DRIVER_LICENSE', String.raw`[A-Z]{1,2}-?\d{3,4}-?\d{3,4}-?\d{0,6}|\d{7,9}`, {
    ...number,
    maxLength: 20,
    score: 0.1,
    words: [
      "driver's license",
      'driver license',
      'drivers license',
      'driving license',
      'license number',
      'dl number',
      'dl#',
    ],
  }),
  pii('ca_sin', 'CA_SIN', String.raw`\d{3}[ \-]?\d{3}[ \-]?\d{3}`, {
    ...number,
    maxLength: 11,
    validate: valid.isSin,
    score: weak,
    words: ['sin', 'social insurance', 'sin number', 'assurance sociale', 'nas'],
  }),
  pii('br_cpf', 'BR_CPF', String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`, {
    ...number,
    maxLength: 14,
    validate: valid.isCpf,
    score: certain,
  }),
  pii('br_cpf_plain', 'BR_CPF', String.raw`\d{9}-?\d{2}`, {
    ...number,
    maxLength: 12,
    validate: valid.isCpf,
    score: weak,
    words: ['cpf', 'cadastro de pessoa física'],
    label: 'BR_CPF',
  }),
  pii('br_cnpj', 'BR_CNPJ', String.raw`[A-Z0-9]{2}\.[A-Z0-9]{3}\.[A-Z0-9]{3}/[A-Z0-9]{4}-\d{2}`, {
    ...number,
    maxLength: 18,
    validate: valid.isCnpj,
    score: certain,
  }),
  pii('br_cnpj_plain', 'BR_CNPJ', String.raw`[A-Z0-9]{12}\d{2}`, {
    ...number,
    maxLength: 14,
    validate: valid.isCnpj,
    score: weak,
    words: ['cnpj'],
    label: 'BR_CNPJ',
  }),
  pii('mx_curp', 'MX_CURP', String.raw`[A-Z]{4}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z0-9]\d`, {
    ignoreCase: true,
    maxLength: 18,
    validate: valid.isCurp,
    score: certain,
  }),
  pii('cl_rut', 'CL_RUT', String.raw`\d{1,2}\.\d{3}\.\d{3}-[0-9Kk]|\d{7,8}-[0-9Kk]`, {
    ...number,
    maxLength: 12,
    validate: valid.isRut,
    score: shaped,
    words: ['rut', 'run', 'rol único'],
  }),
  pii('ar_cuit', 'AR_CUIT', String.raw`(2[0347]|3[034])-\d{8}-\d`, {
    ...number,
    maxLength: 13,
    validate: valid.isCuit,
    score: checked,
  }),
  pii('ar_cuit_plain', 'AR_CUIT', String.raw`(2[0347]|3[034])\d{9}`, {
    ...number,
    maxLength: 11,
    validate: valid.isCuit,
    score: weak,
    words: ['cuit', 'cuil'],
    label: 'AR_CUIT',
  }),
];
