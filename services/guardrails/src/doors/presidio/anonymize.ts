import { WeirError } from '@weir/errors';
import { CodePoints } from '../wire/code-points.js';
import { applyOperator, type Operator } from './operators.js';
import { withoutConflicts, type PlacedEntity } from './overlaps.js';

export interface AnonymizedItem {
  readonly operator: Operator['type'];
  readonly entity_type: string;
  /** Half-open span in the new text, in Unicode code points. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface AnonymizeRequest {
  readonly text: string;
  readonly found: readonly PlacedEntity[];
  /** By entity; `DEFAULT` for all others. */
  readonly operators: ReadonlyMap<string, Operator>;
  readonly salt: string;
}

const REPLACE: Operator = { type: 'replace' };

/**
 * Replaces the values that were found; the items come last first, as Presidio's do.
 * @throws WeirError `invalid_request` for a span outside of the text.
 */
export function anonymize({ text, found, operators, salt }: AnonymizeRequest): {
  text: string;
  items: AnonymizedItem[];
} {
  const points = new CodePoints(text);
  const slice = (start: number, end: number) => text.slice(points.unitOf(start), points.unitOf(end));
  found.forEach((entity, index) => requireInside(entity, index, points.length));
  const items: AnonymizedItem[] = [];
  let result = '';
  let length = 0;
  let copied = 0;
  for (const { entity_type, start, end } of withoutConflicts(found, slice)) {
    const operator = operators.get(entity_type) ?? operators.get('DEFAULT') ?? REPLACE;
    const replacement = applyOperator(operator, slice(start, end), entity_type, salt);
    result += slice(copied, start) + replacement;
    const begins = length + start - copied;
    length = begins + [...replacement].length;
    copied = end;
    items.push({ operator: operator.type, entity_type, start: begins, end: length, text: replacement });
  }
  return { text: result + slice(copied, points.length), items: items.reverse() };
}

function requireInside({ start, end }: PlacedEntity, index: number, length: number): void {
  if (start < end && end <= length) return;
  throw new WeirError(
    'invalid_request',
    `Invalid analyzer result, start: ${start} and end: ${end}, while text length is only ${length}.`,
    {
      param: `analyzer_results[${index}]`,
    },
  );
}
