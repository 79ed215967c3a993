import type { CheckCatalogue } from '../policy/check-catalogue.js';
import type { CheckKind } from './check-kind.js';
import { egressDetectors } from './egress/egress-catalogue.js';
import { linksKind } from './egress/links-kind.js';
import { jsonKind, jsonSchemaKind } from './format/json-schema-kind.js';
import { xmlKind } from './format/xml-kind.js';
import { injectionCheck } from './injection/injection-check.js';
import { leakCheck } from './leak/leak-check.js';
import { piiDetectors } from './pii/pii-catalogue.js';
import { secretDetectors } from './secret/secret-catalogue.js';
import { gibberishKind } from './signals/gibberish-kind.js';
import { invisibleTextCheck } from './signals/invisible-text-check.js';
import { languageKind } from './signals/language-kind.js';
import { lengthKind } from './signals/length-kind.js';
import { topicsKind } from './signals/topics-kind.js';
import { toxicityCheck } from './toxicity/toxicity-check.js';
import type { Weights } from './weights.repository.js';
import { patternKind } from './words/pattern-kind.js';
import { regexKind } from './words/regex-kind.js';
import { competitorsKind, wordsKind } from './words/words-kind.js';

type AnyKind = CheckKind<{ readonly kind: string }>;

/** Counts up when texts are read in another way, so that policies that decide differently have another hash. */
const NORMALIZER = 'views-1';

/** Kinds of checks that policies define for themselves, without those that ask other systems. */
const KINDS: readonly AnyKind[] = [
  wordsKind,
  competitorsKind,
  patternKind,
  regexKind,
  topicsKind,
  languageKind,
  gibberishKind,
  lengthKind,
  linksKind,
  jsonKind,
  jsonSchemaKind,
  xmlKind,
];

/** Everything that a policy can name. A new detector or check is one entry here or in the catalogue of its family. */
export function builtInCatalogue(weights: Weights, external: readonly AnyKind[]): CheckCatalogue {
  return {
    detectors: [...piiDetectors, ...secretDetectors, ...egressDetectors],
    checks: [injectionCheck(weights.injection), toxicityCheck(weights.toxicity), leakCheck(), invisibleTextCheck()],
    kinds: [...KINDS, ...external],
    normalizer: NORMALIZER,
  };
}
