import type { Row } from '../kit/rows.js';

/**
 * What tells rows apart. Documents are made of a few hosts with names and numbers changed: they are told apart by their
 * lines that no other kind of row has, the planted ones or the harmless orders.
 */
export function documentKeys(rows: readonly Row[]): string[] {
  const labels = new Map<string, Set<string>>();
  const count = new Map<string, number>();
  for (const row of rows.filter(isDocument)) {
    for (const line of new Set(linesOf(row.text))) {
      labels.set(line, (labels.get(line) ?? new Set()).add(row.label));
      count.set(line, (count.get(line) ?? 0) + 1);
    }
  }
  const own = (row: Row, line: string): boolean =>
    row.label === 'attack' ? labels.get(line)!.size === 1 : count.get(line)! < 16;
  return rows.map((row) => {
    if (!isDocument(row)) return row.text;
    const lines = linesOf(row.text).filter((line) => own(row, line));
    return lines.length > 0 ? lines.join('\n') : row.text;
  });
}

function isDocument(row: Row): boolean {
  return row.file === 'indirect_documents';
}

/** Lines without names and numbers. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/\p{Lu}\p{Ll}+|\d+/gu, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return lines.filter((line) => line.length > 3);
}
