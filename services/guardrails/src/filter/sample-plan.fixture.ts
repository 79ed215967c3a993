import type { DetectorSpec } from '../detector/detector.js';
import { CharSet, DIGIT, LETTER, WORD } from '../pattern/char-set.js';
import type { PolicyRule } from '../policy/policy.js';
import { compilePlan } from './compile-plan.js';
import type { FilterPlan } from './filter-plan.js';
import { StreamFilter, type RequestSecrets } from './stream-filter.js';

/** A detector for specs; what it does not say is ordinary. */
export function detector(id: string, pattern: string, more: Partial<DetectorSpec> = {}): DetectorSpec {
  return {
    id,
    pattern,
    category: 'custom',
    entity: 'SAMPLE',
    owasp: '',
    maxLength: 64,
    replacement: `[${id.toUpperCase()}]`,
    score: 1,
    ...more,
  };
}

export const EMAIL = detector('email', String.raw`[A-Za-z0-9_%+.\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,24}`, {
  notAfter: WORD,
  maxLength: 254,
});
export const CARD = detector('card', String.raw`[2-6]([ \-]?\d){12,18}`, {
  notAfter: DIGIT,
  notBefore: DIGIT,
  maxLength: 37,
  validate: passesLuhn,
});
export const KEY = detector('key', 'sk-[a-z0-9]{8}', { notAfter: WORD, tail: WORD });
export const PEM = detector('pem', '-----BEGIN ([A-Z]{2,12} )?KEY-----', {
  tail: LETTER.union(DIGIT).union(CharSet.of([10, 10], [32, 32], [43, 43], [45, 45], [47, 47], [61, 61])),
});
export const PHRASE = detector('phrase', String.raw`project\s{1,4}nightfall`, {
  ignoreCase: true,
  notAfter: WORD,
  notBefore: WORD,
});
export const LINK = detector('link', String.raw`!\[[^\]\n]{0,60}\]\([^)\s]{1,200}\)`, {
  maxLength: 270,
  folded: false,
});

export const SAMPLES: readonly DetectorSpec[] = [EMAIL, CARD, KEY, PEM, PHRASE, LINK];

export const rule = (action: PolicyRule['action'], more: Partial<PolicyRule> = {}): PolicyRule => ({
  action,
  threshold: 0,
  shadow: false,
  replacement: '',
  ...more,
});

/** A plan that masks what is found, but for the detectors that have a rule of their own. */
export function planOf(specs: readonly DetectorSpec[], rules: Readonly<Record<string, PolicyRule>> = {}): FilterPlan {
  const mask = rule('mask', { threshold: 0.5 });
  return compilePlan(specs, (id, score) => {
    const own = rules[id] ?? mask;
    return score >= own.threshold ? own : undefined;
  });
}

export interface Filtered {
  readonly text: string;
  /** What had come out after each piece. */
  readonly releases: readonly string[];
  readonly findings: readonly (readonly [id: string, start: number, end: number, value: string])[];
  readonly blocked: boolean;
  readonly mostHeldBack: number;
}

/** @param continuations where the text was cut off. */
export function filterAll(
  plan: FilterPlan,
  pieces: readonly string[],
  request?: RequestSecrets,
  continuations?: readonly string[],
): Filtered {
  const filter = new StreamFilter(plan, request);
  const releases = pieces.map((piece) => filter.push(piece));
  const text = releases.join('') + filter.end(continuations);
  const findings = filter.findings.map(
    ({ match }) => [match.detector.id, match.start, match.end, match.value] as const,
  );
  return { text, releases, findings, blocked: filter.blocked, mostHeldBack: filter.mostHeldBack };
}

/** Luhn's checksum over the digits of a text. */
export function passesLuhn(text: string): boolean {
  const digits = [...text].filter((char) => DIGIT.has(char.charCodeAt(0))).map(Number);
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const weighed = index % 2 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return digits.length > 0 && sum % 10 === 0;
}

export function cut(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].sort((one, other) => one - other);
  return [0, ...sorted].map((from, index) => text.slice(from, sorted[index] ?? text.length));
}
