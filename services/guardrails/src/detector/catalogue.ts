import { CharSet, DIGIT, LETTER, WORD } from '../pattern/char-set.js';
import type { DetectorSpec } from './detector.js';
import { passesLuhn } from './luhn.js';

const DASH = CharSet.of([45, 45]);
const TOKEN = WORD.union(DASH);
const LOCAL_PART = WORD.union(CharSet.of([37, 37], [43, 43], [45, 46]));

const secret = (id: string, pattern: string, more: Partial<DetectorSpec> = {}): DetectorSpec => ({
  id: `secret.${id}`,
  pattern,
  notAfter: TOKEN,
  maxLength: 512,
  replacement: '[SECRET]',
  score: 1,
  ...more,
});

const HAS_TWO_DIGIT_VALUES = /(\d).*(?!\1)\d/;

/** Every detector that a policy can name. A new one is one line here, with its pattern and its spec. */
export const detectorCatalogue: readonly DetectorSpec[] = [
  {
    id: 'pii.email',
    pattern: String.raw`[A-Za-z0-9_%+.\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,24}`,
    notAfter: LOCAL_PART,
    maxLength: 254,
    replacement: '[EMAIL]',
    score: 1,
  },
  {
    id: 'pii.card',
    pattern: String.raw`[2-6]([ \-]?\d){12,18}`,
    notAfter: DIGIT,
    notBefore: DIGIT,
    maxLength: 37,
    validate: (value) => passesLuhn(value) && HAS_TWO_DIGIT_VALUES.test(value),
    replacement: '[CARD]',
    score: 1,
  },
  secret('aws_access_key', '(AKIA|ASIA)[0-9A-Z]{16}', { notBefore: WORD }),
  secret('github_token', 'gh[pousr]_[A-Za-z0-9]{36}', { tail: WORD }),
  secret('openai_key', String.raw`sk-[A-Za-z0-9_\-]{20}`, { tail: TOKEN }),
  secret('slack_token', String.raw`xox[abprs]-[A-Za-z0-9\-]{10}`, { tail: TOKEN }),
  secret('google_key', String.raw`AIza[A-Za-z0-9_\-]{35}`, { notBefore: TOKEN }),
  secret('weir_key', 'weir_[a-z]{2,8}_[A-Za-z0-9]{38}', { tail: WORD }),
  secret('jwt', String.raw`eyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8}`, {
    maxLength: 2048,
    tail: TOKEN,
  }),
  secret('private_key', '-----BEGIN ([A-Z]{2,12} )?PRIVATE KEY-----', {
    notAfter: DASH,
    tail: LETTER.union(DIGIT).union(CharSet.of([43, 43], [45, 45], [47, 47], [61, 61], [9, 13], [32, 32])),
  }),
];
