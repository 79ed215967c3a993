import type { ChatTurnMessage, PromptMessage, SamplingOptions } from '../../engine/src/protocol.js';
import type { ChatTurn, GenerationOptions, Prompt } from '../generation/generation.js';

/** llama.cpp's own default; sampling over a whole vocabulary costs more than the rest of a step. */
const TOP_K = 40;

/** Options of a request with the defaults of the OpenAI API (temperature 1, top_p 1, a random seed) and top-k 40. */
export function samplingOf(options: GenerationOptions, maxOutputTokens: number, random: () => number): SamplingOptions {
  const maxTokens = Math.min(options.maxTokens ?? maxOutputTokens, maxOutputTokens);
  return {
    maxTokens,
    temperature: options.temperature ?? 1,
    topP: options.topP ?? 1,
    seed:
      options.seed === undefined ? Math.floor(random() * 2 ** 32) : Number(BigInt.asUintN(32, BigInt(options.seed))),
    reproducible: options.seed !== undefined,
    stop: options.stop,
    topK: options.topK ?? TOP_K,
    minP: options.minP ?? 0,
    repetitionPenalty: options.repetitionPenalty ?? 1,
    frequencyPenalty: options.frequencyPenalty ?? 0,
    presencePenalty: options.presencePenalty ?? 0,
    logitBias: [...options.logitBias],
    responseFormat: options.responseFormat,
    singleToolCall: options.singleToolCall,
    ignoreEos: options.ignoreEos,
    minTokens: Math.min(options.minTokens, maxTokens),
    ...(options.topLogprobs === undefined ? {} : { topLogprobs: options.topLogprobs }),
    ...(options.promptLogprobs === undefined ? {} : { promptLogprobs: options.promptLogprobs }),
  };
}

/** Chat templates know the role `system`, which newer clients call `developer`. */
export function promptMessageOf(
  prompt: Prompt,
  options?: Pick<GenerationOptions, 'tools' | 'toolChoice'>,
): PromptMessage {
  if (prompt.kind !== 'chat') return prompt;
  const turns = prompt.turns.map(turnMessageOf);
  if (!options || options.tools.length === 0) return { kind: 'chat', turns };
  const tools = options.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    ...(parameters ? { parameters } : {}),
  }));
  return { kind: 'chat', turns, tools, toolChoice: options.toolChoice };
}

function turnMessageOf({ role, content, toolCalls, toolCallId }: ChatTurn): ChatTurnMessage {
  return {
    role: role === 'developer' ? 'system' : role,
    content,
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    ...(toolCallId ? { toolCallId } : {}),
  };
}
