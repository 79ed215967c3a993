import type { PromptMessage, SamplingOptions } from '../../engine/src/protocol.js';
import type { GenerationOptions, Prompt } from '../generation/generation.js';

/** Options of a request with the defaults of the OpenAI API: temperature 1, top_p 1, a random seed. */
export function samplingOf(options: GenerationOptions, maxOutputTokens: number, random: () => number): SamplingOptions {
  return {
    maxTokens: Math.min(options.maxTokens ?? maxOutputTokens, maxOutputTokens),
    temperature: options.temperature ?? 1,
    topP: options.topP ?? 1,
    seed:
      options.seed === undefined ? Math.floor(random() * 2 ** 32) : Number(BigInt.asUintN(32, BigInt(options.seed))),
    reproducible: options.seed !== undefined,
    stop: options.stop,
  };
}

/** Chat templates know the role `system`, which newer clients call `developer`. */
export function promptMessageOf(prompt: Prompt): PromptMessage {
  if (prompt.kind === 'text') return prompt;
  const turns = prompt.turns.map(({ role, content }) => ({ role: role === 'developer' ? 'system' : role, content }));
  return { kind: 'chat', turns };
}
