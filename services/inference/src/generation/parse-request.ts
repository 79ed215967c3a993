import type { engineV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { GenerationOptions, GenerationRequest, Prompt } from './generation.js';

const MOST_STOPS = 16;
const MOST_STOP_LENGTH = 512;
const MOST_TURNS = 4_096;

/**
 * The request as the service works on it.
 * @throws WeirError `invalid_request` that names the field
 */
export function parseGenerateRequest(message: engineV1.GenerateRequest): GenerationRequest {
  return {
    requestId: message.requestId,
    tenant: message.tenant,
    prompt: parsePrompt(message.prompt),
    options: parseOptions(message.options),
  };
}

/** @throws WeirError `invalid_request` */
export function parsePrompt(prompt: engineV1.GenerateRequest['prompt']): Prompt {
  if (prompt === undefined) throw invalid('prompt', 'is missing');
  if (prompt.$case === 'text') {
    if (prompt.value === '') throw invalid('prompt.text', 'is empty');
    return { kind: 'text', text: prompt.value };
  }
  const { turns } = prompt.value;
  if (turns.length === 0) throw invalid('prompt.chat.turns', 'is empty');
  if (turns.length > MOST_TURNS) throw invalid('prompt.chat.turns', `has more than ${MOST_TURNS} items`);
  turns.forEach((turn, index) => {
    if (turn.role === '') throw invalid(`prompt.chat.turns[${index}].role`, 'is empty');
  });
  return { kind: 'chat', turns };
}

function parseOptions(options: engineV1.GenerateOptions | undefined): GenerationOptions {
  const { maxTokens, temperature, topP, seed, stop = [] } = options ?? {};
  if (maxTokens !== undefined && maxTokens < 1) throw invalid('options.max_tokens', 'must be at least 1');
  requireRange('options.temperature', temperature, 0, 2);
  requireRange('options.top_p', topP, 0, 1);
  if (stop.length > MOST_STOPS) throw invalid('options.stop', `has more than ${MOST_STOPS} items`);
  stop.forEach((text, index) => {
    if (text === '') throw invalid(`options.stop[${index}]`, 'is empty');
    if (text.length > MOST_STOP_LENGTH) throw invalid(`options.stop[${index}]`, 'is too long');
  });
  return { maxTokens, temperature, topP, seed, stop };
}

function requireRange(param: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw invalid(param, `must be between ${least} and ${most}`);
}

function invalid(param: string, problem: string): WeirError {
  return new WeirError('invalid_request', `${param} ${problem}.`, { param });
}
