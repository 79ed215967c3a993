import { lineOf, OBFUSCATIONS, percent, rowsWithSplit, shareOf, type SplitRow } from '@weir/guardrails/training';
import { table } from '../load/statistics.ts';
import type { Subject } from './subjects.ts';

type Judged = readonly { readonly row: SplitRow; readonly flagged: readonly boolean[] }[];

const isDocument = ({ row }: SplitRow) => row.file === 'indirect_documents';

/** Rows that no weights of Weir have seen: those held out, and those that are never learnt from. */
export function unseenRows(folder: string): SplitRow[] {
  return rowsWithSplit(folder).filter(({ heldOut, trainable }) => heldOut || !trainable);
}

/** Share flagged of each file and kind, with 95 % intervals, for each subject on the same rows. */
export async function detectionTable(rows: readonly SplitRow[], subjects: readonly Subject[]): Promise<string> {
  const judged = await judge(rows, subjects, (text) => text);
  const lines = new Map<string, Judged>();
  for (const one of judged) {
    const { file, label } = one.row.row;
    const whole = `**${file}, ${label === 'attack' ? 'attacks' : 'harmless'}**`;
    for (const line of [whole, lineOf(one.row)]) lines.set(line, [...(lines.get(line) ?? []), one]);
  }
  const sorted = [...lines].sort(([one], [other]) => (one.replaceAll('*', '') < other.replaceAll('*', '') ? -1 : 1));
  return table(
    ['rows', 'should be', ...subjects.map(({ name }) => name)],
    sorted.map(([line, ones]) => [
      line,
      ones[0]?.row.row.label === 'attack' ? 'caught' : 'let pass',
      ...subjects.map((_, index) => percent(shareOf(ones, ({ flagged }) => flagged[index] ?? false))),
    ]),
  );
}

/** Attacks caught and harmless prompts flagged when both are hidden in the same way. */
export async function obfuscationTable(rows: readonly SplitRow[], subjects: readonly Subject[]): Promise<string> {
  const attacks = rows.filter(({ row }) => row.file === 'injection_attacks');
  const harmless = rows.filter((one) => one.row.label !== 'attack' && !isDocument(one) && one.trainable);
  const lines: string[][] = [];
  for (const [name, hide] of Object.entries(OBFUSCATIONS)) {
    const [caught, flagged] = [await judge(attacks, subjects, hide), await judge(harmless, subjects, hide)];
    const shares = (judged: Judged) =>
      subjects.map((_, index) => percent(shareOf(judged, ({ flagged: own }) => own[index] ?? false)));
    lines.push([name, ...shares(caught), shares(flagged)[0] ?? '-']);
  }
  const names = subjects.map((subject) => `caught by ${subject.name}`);
  return table(['obfuscation', ...names, 'harmless flagged by Weir'], lines);
}

async function judge(
  rows: readonly SplitRow[],
  subjects: readonly Subject[],
  hide: (text: string) => string,
): Promise<Judged> {
  const judged: { row: SplitRow; flagged: boolean[] }[] = [];
  for (const row of rows) {
    const text = hide(row.text);
    const flagged: boolean[] = [];
    for (const subject of subjects) flagged.push(await subject.flags(text, isDocument(row)));
    judged.push({ row, flagged });
  }
  return judged;
}
