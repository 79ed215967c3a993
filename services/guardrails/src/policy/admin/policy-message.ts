import type { guardrailsV1 } from '@weir/contracts';
import type { CompiledPolicy } from '../policy.js';
import type { PolicyFacts } from './policy.repository.js';

/** On the wire: until the text is complete. */
const WHOLE_TEXT = 2 ** 32 - 1;

type Info = Pick<CompiledPolicy, 'name' | 'version' | 'sha256' | 'description' | 'detectors' | 'maxHoldback'> & {
  readonly mode: string;
};

/** A policy as `ListPolicies` and `PolicyService` tell it. */
export function infoMessage(policy: Info): guardrailsV1.PolicyInfo {
  const { name, version, sha256, mode, description, detectors, maxHoldback } = policy;
  const maxHoldbackChars = Math.min(maxHoldback, WHOLE_TEXT);
  return { name, version, sha256, mode, description, detectors: [...detectors], maxHoldbackChars };
}

export function infoOf({
  max_holdback,
  mode,
  description,
  detectors,
}: PolicyFacts): Omit<Info, 'name' | 'version' | 'sha256'> {
  return { maxHoldback: max_holdback ?? Infinity, mode, description, detectors };
}

/** What is kept of a compiled policy beside its document. */
export function factsOf({ maxHoldback, mode, description, detectors }: CompiledPolicy): PolicyFacts {
  return { max_holdback: maxHoldback === Infinity ? null : maxHoldback, mode, description, detectors };
}
