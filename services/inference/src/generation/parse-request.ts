import type { engineV1 } from '@weir/contracts';
import type { GenerationRequest, Prompt } from './generation.js';
import { invalid, requireRange, unsupported } from './invalid-request.js';
import { parseOptions } from './parse-options.js';

const MOST_TURNS = 4_096;
const MOST_PROMPT_TOKENS = 1_048_576;
const MOST_INPUTS = 2_048;

/** A prompt that is a text or tokens. */
export type PlainPrompt = Exclude<Prompt, { readonly kind: 'chat' }>;

/**
 * The request as the service works on it.
 * @throws WeirError `invalid_request` or `unsupported_parameter` that names the field
 */
export function parseGenerateRequest(message: engineV1.GenerateRequest): GenerationRequest {
  const prompt = parsePrompt(message.prompt);
  const options = parseOptions(message.options);
  if (prompt.kind !== 'chat' && options.tools.length > 0)
    throw unsupported('options.tools', 'needs a chat prompt: a text prompt has no template that shows them');
  requireRange('ttft_slo_ms', message.ttftSloMs, 1, 3_600_000);
  return {
    requestId: message.requestId,
    tenant: message.tenant,
    prompt,
    options,
    priority: message.priority,
    ttftSloMs: message.ttftSloMs,
  };
}

/** @throws WeirError `invalid_request` */
export function parsePrompt(prompt: engineV1.GenerateRequest['prompt']): Prompt {
  if (prompt === undefined) throw invalid('prompt', 'is missing');
  if (prompt.$case !== 'chat') return parsePlain(prompt, 'prompt');
  const { turns } = prompt.value;
  if (turns.length === 0) throw invalid('prompt.chat.turns', 'is empty');
  if (turns.length > MOST_TURNS) throw invalid('prompt.chat.turns', `has more than ${MOST_TURNS} items`);
  turns.forEach((turn, index) => {
    if (turn.role === '') throw invalid(`prompt.chat.turns[${index}].role`, 'is empty');
  });
  return { kind: 'chat', turns };
}

/** @throws WeirError `invalid_request` */
export function parseInputs(inputs: readonly engineV1.EmbedInput[]): PlainPrompt[] {
  if (inputs.length === 0) throw invalid('inputs', 'is empty');
  if (inputs.length > MOST_INPUTS) throw invalid('inputs', `has more than ${MOST_INPUTS} items`);
  return inputs.map(({ input }, index) => {
    if (input === undefined) throw invalid(`inputs[${index}]`, 'is missing');
    return parsePlain(input, `inputs[${index}]`);
  });
}

type PlainMessage = NonNullable<engineV1.EmbedInput['input']>;

function parsePlain(prompt: PlainMessage, param: string): PlainPrompt {
  if (prompt.$case === 'text') {
    if (prompt.value === '') throw invalid(`${param}.text`, 'is empty');
    return { kind: 'text', text: prompt.value };
  }
  const { ids } = prompt.value;
  if (ids.length === 0) throw invalid(`${param}.tokens.ids`, 'is empty');
  if (ids.length > MOST_PROMPT_TOKENS)
    throw invalid(`${param}.tokens.ids`, `has more than ${MOST_PROMPT_TOKENS} items`);
  return { kind: 'tokens', ids };
}
