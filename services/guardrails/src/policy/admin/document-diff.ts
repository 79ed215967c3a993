import { canonicalJson } from '../compile/canonical-json.js';

const MAX_LINES = 1_000;

/**
 * What changed between two JSON values, one line per changed field: its JSON pointer (RFC 6901) and its canonical value,
 * with "-" for what was and "+" for what is. Empty when nothing changed; after 1,000 lines the rest is counted.
 */
export function documentDiff(before: unknown, after: unknown): string {
  const was = new Map(leavesOf('', before));
  const is = new Map(leavesOf('', after));
  const lines = [...new Set([...was.keys(), ...is.keys()])].sort(byPointer).flatMap((pointer) => {
    const [old, now] = [was.get(pointer), is.get(pointer)];
    if (old === now) return [];
    const field = pointer || '/';
    return [...(old === undefined ? [] : [`- ${field} ${old}`]), ...(now === undefined ? [] : [`+ ${field} ${now}`])];
  });
  const more = lines.length - MAX_LINES;
  return (more > 0 ? [...lines.slice(0, MAX_LINES), `… ${more} more lines`] : lines).join('\n');
}

function* leavesOf(pointer: string, value: unknown): Generator<[string, string]> {
  const isLeaf = value === null || typeof value !== 'object' || Object.keys(value).length === 0;
  if (value === undefined) return;
  if (isLeaf) return void (yield [pointer, canonicalJson(value)]);
  for (const [key, field] of Object.entries(value)) yield* leavesOf(`${pointer}/${escaped(key)}`, field);
}

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

const order = new Intl.Collator('en', { numeric: true });

/** Items of a list in their order: /rules/9 before /rules/10. */
const byPointer = (one: string, other: string) => order.compare(one, other);
