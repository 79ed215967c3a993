/** Lists that templates name in angle brackets. */
export type Lists = Readonly<Record<string, readonly string[]>>;

/**
 * Different texts made from a template, at most `count`: `[a|b]` is one of its parts, which may hold more brackets;
 * `<name>` is one of the list of that name; `⟦`, `⟧` and `¦` stand for brackets and bars themselves.
 */
export function expand(template: string, count: number, random: () => number, lists: Lists = {}): string[] {
  const made = new Set<string>();
  for (let attempt = 0; attempt < 4 * count && made.size < count; attempt++) {
    made.add(tidy(choose(named(template, random, lists), random)));
  }
  return [...made];
}

export function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!;
}

function named(template: string, random: () => number, lists: Lists): string {
  return template.replace(/<([a-z]+)>/g, (whole, name: string) => {
    const list = lists[name];
    return list ? pick(list, random) : whole;
  });
}

/** Innermost brackets first, until none is left. */
function choose(template: string, random: () => number): string {
  let text = template;
  for (let depth = 0; depth < 8 && text.includes('['); depth++) {
    text = text.replace(/\[([^[\]]*)\]/g, (_, parts: string) => pick(parts.split('|'), random));
  }
  return text;
}

function tidy(text: string): string {
  const literal = text.replaceAll('⟦', '[').replaceAll('⟧', ']').replaceAll('¦', '|');
  return literal
    .replace(/ {2,}/g, ' ')
    .replace(/ ([.,!?])/g, '$1')
    .trim();
}
