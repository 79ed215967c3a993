import { guardrailsV1 } from '@weir/contracts';
import { InputError } from '../../cli-error.js';

const { Stage } = guardrailsV1;

const STAGES = new Map([
  ['input', Stage.STAGE_INPUT],
  ['output', Stage.STAGE_OUTPUT],
  ['document', Stage.STAGE_DOCUMENT],
  ['tool_call', Stage.STAGE_TOOL_CALL],
  ['tool_result', Stage.STAGE_TOOL_RESULT],
  ['reasoning', Stage.STAGE_REASONING],
]);
const MAX_BATCH_PARTS = 1_000;
const MAX_BATCH_CHARS = 500_000;

/** Text to decide on, with its name and what it is. */
export type PromptPart = Pick<guardrailsV1.TextPart, 'path' | 'text' | 'role' | 'stage'>;

/**
 * Prompts of a file, one a line: JSON objects `{"text", "id"?, "stage"?, "role"?}`, or plain texts. Without an id a prompt
 * is called after its line. @throws InputError for an object without a text, or an unknown stage
 */
export function promptParts(file: string): PromptPart[] {
  return file.split(/\r?\n/).flatMap((line, place) => (line.trim() ? [promptPart(line, place + 1)] : []));
}

function promptPart(line: string, number: number): PromptPart {
  const prompt = objectOf(line) ?? { text: line };
  const { text, id = `line ${number}`, stage = 'input', role = '' } = prompt;
  if (typeof text !== 'string') throw new InputError(`Line ${number} has no "text".`);
  const wire = typeof stage === 'string' ? STAGES.get(stage) : undefined;
  if (wire === undefined)
    throw new InputError(`Line ${number}: the stage is none of ${[...STAGES.keys()].join(', ')}.`);
  if (typeof role !== 'string') throw new InputError(`Line ${number}: the role is not a text.`);
  return { path: String(id), text, role, stage: wire };
}

/** Undefined for what is a plain text. */
function objectOf(line: string): Record<string, unknown> | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Groups that fit into one message each. */
export function* batchesOf(parts: readonly PromptPart[]): Generator<PromptPart[]> {
  let batch: PromptPart[] = [];
  let chars = 0;
  for (const part of parts) {
    if (batch.length && (batch.length >= MAX_BATCH_PARTS || chars + part.text.length > MAX_BATCH_CHARS)) {
      yield batch;
      [batch, chars] = [[], 0];
    }
    batch.push(part);
    chars += part.text.length;
  }
  if (batch.length) yield batch;
}
