import { WeirError } from '@weir/errors';
import type { CheckFinding, CheckInput } from '../detector/text-check.js';

/**
 * The findings, when each of them can be true: a score from 0 to 1, and a span inside of a text that was to be judged.
 * However many there are: who writes the texts must not be able to make a check fail.
 * @throws WeirError `internal`
 */
export function soundFindings(findings: readonly CheckFinding[], { texts }: CheckInput): readonly CheckFinding[] {
  if (findings.length === 0) return findings;
  const lengths = new Map(texts.map(({ path, text }) => [path, text.length]));
  for (const { path, start, end, score } of findings) {
    const length = lengths.get(path);
    if (length === undefined) throw unsound('a finding in a text that it was not given');
    if (!(score >= 0 && score <= 1)) throw unsound('a score outside of 0 to 1');
    const inside = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= length;
    if (!inside) throw unsound('a span outside of its text');
  }
  return findings;
}

function unsound(what: string): WeirError {
  return new WeirError('internal', `A check answered with ${what}.`);
}
