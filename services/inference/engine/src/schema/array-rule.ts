import { EMPTY, sequence, type Gbnf, type Refuse } from './gbnf.js';
import { spaceRule } from './free-json.js';
import { countOf, type JsonObject } from './schema-keywords.js';

/** The rule of a schema inside of another. */
export type Visit = (schema: unknown, name: string) => string;

/** The arrays that a schema allows. */
export function arrayRule(schema: JsonObject, gbnf: Gbnf, refuse: Refuse, visit: Visit): string {
  if (schema['uniqueItems'] !== undefined && schema['uniqueItems'] !== false)
    throw refuse('uniqueItems', 'a grammar cannot compare');
  const { prefixItems = [], items = true } = schema;
  if (!Array.isArray(prefixItems)) throw refuse('prefixItems', 'it is no list of schemas');
  if (Array.isArray(items)) throw refuse('items', 'a list of schemas is named "prefixItems"');
  const min = countOf(schema, 'minItems', refuse) ?? 0;
  const wanted = countOf(schema, 'maxItems', refuse);
  const max = items === false ? Math.min(wanted ?? Infinity, prefixItems.length) : wanted;
  if (max !== undefined && max < min) throw refuse('minItems', 'no array can have that many items');
  const space = spaceRule(gbnf);
  const counted = { min, max, keyword: wanted === undefined ? 'minItems' : 'maxItems' };
  const first: readonly unknown[] = max === undefined ? prefixItems : prefixItems.slice(0, max);
  const list = itemList({ first, items, ...counted }, { gbnf, visit, space });
  return sequence('"["', space, list, '"]"');
}

interface Items {
  readonly first: readonly unknown[];
  readonly items: unknown;
  readonly min: number;
  readonly max: number | undefined;
  readonly keyword: string;
}

interface Tools {
  readonly gbnf: Gbnf;
  readonly visit: Visit;
  readonly space: string;
}

function itemList({ first, items, min, max, keyword }: Items, { gbnf, visit, space }: Tools): string {
  if (max === 0) return EMPTY;
  const more = (item: string) => gbnf.rule('item', sequence('","', space, item));
  const optional = (rule: string) => `${gbnf.rule('items', rule)}?`;
  const leftMin = Math.max(0, min - first.length);
  const leftMax = max === undefined ? undefined : max - first.length;
  const names = first.map((schema, index) => visit(schema, `item-${index}`));
  if (names.length === 0) {
    const item = visit(items, 'item');
    const list = sequence(
      item,
      gbnf.repeat(keyword, more(item), Math.max(0, min - 1), max === undefined ? undefined : max - 1),
      space,
    );
    return min === 0 ? optional(list) : list;
  }
  // From the last to the first: what may follow an item, optional where the array may end before it.
  let rest = leftMax === 0 ? EMPTY : gbnf.repeat(keyword, more(visit(items, 'item')), leftMin, leftMax);
  for (let index = names.length - 1; index > 0; index--) {
    const rule = sequence(more(names[index]!), rest);
    rest = index < min ? rule : optional(rule);
  }
  const list = sequence(names[0]!, rest, space);
  return min === 0 ? optional(list) : list;
}
