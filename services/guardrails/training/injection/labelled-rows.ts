import type { DataFolder, Row } from '../kit/rows.js';
import { attackOf, HARMLESS, PLANTED, type Answers, type Sample } from './sample.js';

const FILES = [
  'injection_attacks',
  'indirect_documents',
  'benign_prompts',
  'overdefense_notinject',
  'overdefense_mitre_frr',
  'toxicity_comments',
  'toxicity_moderation',
] as const;

/** Upstream asks for research use: measured, never trained on. */
const TEST_ONLY = 'injecguard/wildguard';
/** Techniques that often leave no trace in the text itself: what makes the row an attack is its system prompt. */
const FAINT =
  /output_formatting|different_user_input|overload|payload_splitting|few_shot|indirect_reference|repeated_token|token_smuggling|hypothetical|persuasion|many_shot|mixed|virtualization/;

/** Every measured row with its answers; `trainable` says whether it may be learnt from. */
export function labelledRows(data: DataFolder): (Sample & { readonly row: Row; readonly trainable: boolean })[] {
  return FILES.flatMap((file) => data.rows(file)).map((row) => ({
    text: row.text,
    row,
    answers: answersOf(row),
    weight: weightOf(row),
    trainable: row.source !== TEST_ONLY,
  }));
}

function weightOf(row: Row): number {
  if (row.kind.startsWith('purplellama_direct') && FAINT.test(row.kind)) return 0.8;
  return 1;
}

function answersOf(row: Row): Answers {
  if (row.file === 'injection_attacks') return attackAnswers(row.kind);
  if (row.file === 'indirect_documents') {
    if (row.label === 'benign') return HARMLESS;
    return row.kind === 'indirect/own'
      ? { ...attackOf('instruction-override'), 'instruction-override': undefined }
      : PLANTED;
  }
  return HARMLESS;
}

function attackAnswers(kind: string): Answers {
  if (kind.startsWith('jailbreak')) return attackOf('jailbreak');
  if (kind.startsWith('promptinject_hijack')) return attackOf('instruction-override');
  if (kind.startsWith('promptinject_leak') || kind.startsWith('prompt_extraction'))
    return attackOf('prompt-extraction');
  if (kind.includes('ignore_previous')) return attackOf('instruction-override');
  if (kind.startsWith('purplellama_indirect')) return { direct: true, indirect: true };
  return { direct: true, indirect: FAINT.test(kind) ? undefined : true };
}
