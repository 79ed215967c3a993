import type { Category, Span } from '../detector/verdict-words.js';
import { pushPaced, scanPaced } from '../filter/pace/paced-text.js';
import type { Pace } from '../filter/pace/work-turns.js';
import type { RequestSecrets } from '../filter/request-secrets.js';
import { StreamFilter } from '../filter/stream-filter.js';
import type { Match } from '../filter/detector-slot.js';
import type { FilterPlan } from '../filter/filter-plan.js';
import type { PolicyRule } from '../policy/policy.js';
import type { ConversationPart } from './conversation.js';

/** A value that was found, with its place in the request. The value itself goes no further than its hash. */
export interface PlacedMatch {
  readonly path: string;
  readonly match: Match;
  readonly rule: PolicyRule;
  /** Found inside an encoding: the filter, which reads the text as it stands, does not know of it. */
  readonly encoded: boolean;
}

export interface FilteredText {
  readonly matches: readonly PlacedMatch[];
  readonly omitted: number;
  /** The text as it may go on, what is encoded in it apart. */
  readonly text: string;
}

/** What of a text is hidden whatever its patterns say, and behind what. */
export interface Hidden extends Span {
  readonly replacement: string;
}

/** Values that count also where they are encoded; the others mean something only as they stand. */
const ENCODABLE: ReadonlySet<Category> = new Set<Category>(['pii', 'secret', 'words', 'leak', 'custom']);

/** How texts are filtered: by what, and in which slices of time. */
export interface Filtering {
  readonly plan: FilterPlan;
  readonly secrets: RequestSecrets;
  readonly pace: Pace;
}

/**
 * A text as it may go on, when what is in its encodings is known already.
 * @throws WeirError why the signal of the pace aborted.
 */
export async function filterText(
  { text, continuations }: Pick<ConversationPart, 'text' | 'continuations'>,
  { plan, secrets, pace }: Filtering,
): Promise<string> {
  const filter = new StreamFilter(plan, secrets);
  return (await pushPaced(filter, text, pace)) + filter.end(continuations);
}

/**
 * Every value in a complete text, also those inside encodings, whose place is then the part that encodes them.
 * @throws WeirError why the signal of the pace aborted.
 */
export async function filterWhole(part: ConversationPart, filtering: Filtering): Promise<FilteredText> {
  const { plan, secrets, pace } = filtering;
  const filter = new StreamFilter(plan, secrets);
  const text = (await pushPaced(filter, part.text, pace)) + filter.end(part.continuations);
  const plain = filter.findings.map(({ match, rule }) => ({ path: part.path, match, rule, encoded: false }));
  return { text, omitted: filter.findingsOmitted, matches: [...plain, ...(await encodedValues(part, filtering))] };
}

async function encodedValues(part: ConversationPart, { plan, pace }: Filtering): Promise<PlacedMatch[]> {
  if (!plan.detectors.some(({ category }) => ENCODABLE.has(category))) return [];
  const values: PlacedMatch[] = [];
  for (const view of part.views.decoded) {
    for (const match of await scanPaced(plan.scanner, view.text, pace)) {
      const rule = ENCODABLE.has(match.detector.category) && plan.ruleOf(match.detector.id, match.score);
      if (!rule) continue;
      const place = view.originalSpan(match.start, match.end);
      values.push({ path: part.path, rule, match: { ...match, ...place }, encoded: true });
    }
  }
  return values;
}

/** Replaces spans, which may overlap: what any of them covers is gone, and the first of them says what stands there. */
export function withHidden(text: string, hidden: readonly Hidden[]): string {
  if (hidden.length === 0) return text;
  let result = '';
  let end = 0;
  for (const span of [...hidden].sort((one, other) => one.start - other.start || other.end - one.end)) {
    if (span.start >= end) result += text.slice(end, span.start) + span.replacement;
    end = Math.max(end, span.end);
  }
  return result + text.slice(end);
}
