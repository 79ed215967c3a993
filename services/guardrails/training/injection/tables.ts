import { injectionCheck } from '../../src/detector/injection/injection-check.js';
import type { ConversationText } from '../../src/detector/text-check.js';
import { viewsOf } from '../../src/text/views-of.js';
import { markdownTable, percent, shareOf } from '../kit/report.js';
import { isDocument, type Scored } from './cross-validation.js';
import type { Measured } from './material.js';
import { OBFUSCATIONS } from './obfuscations.js';

/** Rows of one line of a table. */
export function lineOf(row: Pick<Measured, 'row'>): string {
  const { file, kind, source, label } = row.row;
  if (file === 'injection_attacks') return `injection_attacks, ${kind.split('/')[0]}`;
  if (file === 'indirect_documents') return `indirect_documents, ${label}, ${kind.split('/').slice(0, 2).join('/')}`;
  if (file === 'overdefense_notinject') return `${file}, ${kind.split('/')[0]}`;
  return file === 'benign_prompts' ? `${file}, ${source}` : `${file}`;
}

/** Share flagged per kind of rows and of each file, at the offset. */
export function crossValidationTable(scores: readonly Scored[], offset: number): string {
  const flagged = scores.map(({ row, margin }) => ({ row, flagged: margin >= offset }));
  return flaggedTable(flagged);
}

/** The shipped check on rows: what a service would say. */
export function judgeRows(rows: readonly Measured[], model: Uint8Array): { row: Measured; flagged: boolean }[] {
  const check = checkOf(model);
  return rows.map((row) => ({ row, flagged: check(row.text, isDocument(row)) }));
}

export function flaggedTable(judged: readonly { row: Measured; flagged: boolean }[]): string {
  const lines = new Map<string, { row: Measured; flagged: boolean }[]>();
  for (const one of judged) {
    const whole = `**${one.row.row.file}, all ${one.row.row.label === 'attack' ? 'attacks' : 'harmless'}**`;
    for (const line of [lineOf(one.row), whole]) lines.set(line, [...(lines.get(line) ?? []), one]);
  }
  const rows = [...lines].sort(([one], [other]) => (one < other ? -1 : 1));
  return markdownTable(
    ['rows', 'flagged'],
    rows.map(([line, ones]) => [line, percent(shareOf(ones, (one) => one.flagged))]),
  );
}

/** Attacks caught per obfuscation, and benign rows flagged under the same. */
export function obfuscationTable(attacks: readonly Measured[], benign: readonly Measured[], model: Uint8Array): string {
  const check = checkOf(model);
  const rows = Object.entries(OBFUSCATIONS).map(([name, hide]) => [
    name,
    percent(shareOf(attacks, (row) => check(hide(row.text), false))),
    percent(shareOf(benign, (row) => check(hide(row.text), false))),
  ]);
  return markdownTable(['obfuscation', 'attacks caught', 'harmless flagged'], rows);
}

function checkOf(model: Uint8Array): (text: string, document: boolean) => boolean {
  const check = injectionCheck(model);
  return (text, document) => {
    const part: ConversationText = {
      path: 'messages.0.content',
      role: 'user',
      stage: document ? 'document' : 'input',
      text,
      tool: '',
      views: viewsOf(text),
    };
    const findings = check.check({
      texts: [part],
      context: [],
      facts: new Map(),
      canaries: [],
      signal: new AbortController().signal,
      principal: undefined,
    });
    return Array.isArray(findings) && findings.some((finding) => finding.score >= check.threshold);
  };
}
