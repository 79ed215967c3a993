import { engineV1 } from '@weir/contracts';
import type { GenerationOptions } from './generation.js';
import { invalid, requireRange, unsupported } from './invalid-request.js';
import { parseResponseFormat, parseToolChoice, parseTools } from './parse-tools.js';

const MOST_STOPS = 16;
const MOST_STOP_LENGTH = 512;
const MOST_BIASES = 1_024;
const MOST_ALTERNATIVES = 20;
const MOST_TOKENS = 2 ** 31 - 1;

/** @throws WeirError `invalid_request` or `unsupported_parameter` that names the field */
export function parseOptions(message: engineV1.GenerateOptions | undefined): GenerationOptions {
  const options = message ?? engineV1.GenerateOptions.fromPartial({});
  requireLengths(options);
  requireSampling(options);
  requireLogprobs(options);
  const tools = parseTools(options.tools);
  const parsed: GenerationOptions = {
    maxTokens: options.maxTokens,
    temperature: options.temperature,
    topP: options.topP,
    seed: options.seed,
    stop: parseStops(options.stop),
    topK: options.topK,
    minP: options.minP,
    repetitionPenalty: options.repetitionPenalty,
    frequencyPenalty: options.frequencyPenalty,
    presencePenalty: options.presencePenalty,
    logitBias: parseBiases(options.logitBias),
    topLogprobs: options.logprobs ? options.topLogprobs : undefined,
    promptLogprobs: options.promptLogprobs,
    responseFormat: parseResponseFormat(options.responseFormat),
    tools,
    toolChoice: parseToolChoice(options.toolChoice, tools),
    singleToolCall: options.singleToolCall,
    ignoreEos: options.ignoreEos,
    minTokens: options.minTokens,
  };
  refuseContradictions(parsed);
  return parsed;
}

function requireLengths({ maxTokens, minTokens, promptLogprobs }: engineV1.GenerateOptions): void {
  // Without a token to generate there must be something else to tell.
  const least = promptLogprobs === undefined ? 1 : 0;
  if (maxTokens !== undefined && maxTokens < least) throw invalid('options.max_tokens', `must be at least ${least}`);
  if (maxTokens !== undefined && minTokens > maxTokens)
    throw invalid('options.min_tokens', 'must not be more than options.max_tokens');
}

function requireSampling(options: engineV1.GenerateOptions): void {
  requireRange('options.temperature', options.temperature, 0, 2);
  requireRange('options.top_p', options.topP, 0, 1);
  requireRange('options.top_k', options.topK, 0, MOST_TOKENS);
  requireRange('options.min_p', options.minP, 0, 1);
  requireRange('options.repetition_penalty', options.repetitionPenalty, 0.01, 10);
  requireRange('options.frequency_penalty', options.frequencyPenalty, -2, 2);
  requireRange('options.presence_penalty', options.presencePenalty, -2, 2);
}

function requireLogprobs({ logprobs, topLogprobs, promptLogprobs }: engineV1.GenerateOptions): void {
  if (topLogprobs > 0 && !logprobs) throw invalid('options.top_logprobs', 'needs options.logprobs');
  requireRange('options.top_logprobs', topLogprobs, 0, MOST_ALTERNATIVES);
  requireRange('options.prompt_logprobs', promptLogprobs, 0, MOST_ALTERNATIVES);
}

function parseStops(stop: readonly string[]): readonly string[] {
  if (stop.length > MOST_STOPS) throw invalid('options.stop', `has more than ${MOST_STOPS} items`);
  stop.forEach((text, index) => {
    if (text === '') throw invalid(`options.stop[${index}]`, 'is empty');
    if (text.length > MOST_STOP_LENGTH) throw invalid(`options.stop[${index}]`, 'is too long');
  });
  return stop;
}

function parseBiases(biases: readonly engineV1.LogitBias[]): ReadonlyMap<number, number> {
  if (biases.length > MOST_BIASES) throw invalid('options.logit_bias', `has more than ${MOST_BIASES} items`);
  biases.forEach(({ bias }, index) => requireRange(`options.logit_bias[${index}].bias`, bias, -100, 100));
  return new Map(biases.map(({ token, bias }) => [token, bias]));
}

// A grammar decides itself where the answer may end, so nothing else may forbid its end.
function refuseContradictions({ responseFormat, toolChoice, ignoreEos, minTokens }: GenerationOptions): void {
  const formatted = responseFormat.kind !== 'text';
  if (!formatted && toolChoice.mode !== 'required' && toolChoice.mode !== 'named') return;
  const cause = formatted ? 'options.response_format' : 'options.tool_choice';
  if (ignoreEos) throw unsupported('options.ignore_eos', `cannot be combined with ${cause}`);
  if (minTokens > 0) throw unsupported('options.min_tokens', `cannot be combined with ${cause}`);
}
