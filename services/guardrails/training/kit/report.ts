/** How many of how many. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export function shareOf<T>(items: readonly T[], has: (item: T) => boolean): Share {
  return { count: items.filter(has).length, of: items.length };
}

/** Wilson's 95 % interval of a share, from 0 to 1. */
export function wilson({ count, of }: Share): { low: number; high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const rate = count / of;
  const spread = z * Math.sqrt((rate * (1 - rate)) / of + (z * z) / (4 * of * of));
  const middle = rate + (z * z) / (2 * of);
  const divisor = 1 + (z * z) / of;
  return { low: Math.max(0, (middle - spread) / divisor), high: Math.min(1, (middle + spread) / divisor) };
}

/** For example `93.4 % (461/494) [90.8, 95.3]`. */
export function percent(share: Share): string {
  if (share.of === 0) return '-';
  const { low, high } = wilson(share);
  const rate = (100 * share.count) / share.of;
  return `${rate.toFixed(1)} % (${share.count}/${share.of}) [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

/** A Markdown table. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
