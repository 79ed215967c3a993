import { ChildError } from '../child-error.js';

/**
 * Distributions over different vocabularies cannot be compared.
 * @throws ChildError `invalid_request` that says where they differ
 */
export function requireSameVocabulary(parent: readonly string[], candidate: readonly string[]): void {
  if (parent.length !== candidate.length) {
    throw different(`${parent.length} tokens in the parent, ${candidate.length} in the candidate`);
  }
  const at = parent.findIndex((token, id) => token !== candidate[id]);
  if (at >= 0) {
    throw different(
      `token ${at} is ${JSON.stringify(parent[at])} in the parent, ${JSON.stringify(candidate[at])} in the candidate`,
    );
  }
}

/** @throws ChildError `invalid_request` when the tokenizers cut the same text differently */
export function requireSameTokens(parent: readonly number[], candidate: readonly number[]): void {
  if (parent.length === candidate.length && parent.every((token, at) => token === candidate[at])) return;
  throw different('they cut the corpus into different tokens');
}

function different(how: string): ChildError {
  return new ChildError('invalid_request', `The models have different vocabularies: ${how}.`, {}, 'parent_version');
}
