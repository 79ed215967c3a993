import type { GenerationOptions } from '../../generation/generation.js';
import type { Dialect } from '../capacity/dialect.js';
import { unsupported } from './unsupported.js';

/** They know all names below, and have defaults of their own, or of the model's authors, that a neutral value must undo. */
const KNOWS_ALL: ReadonlySet<Dialect | undefined> = new Set<Dialect>(['vllm', 'sglang', 'llamacpp', 'trtllm']);

/** What a server takes and ignores, which would be worse than a refusal. */
const IGNORED: Partial<Record<Dialect, readonly string[]>> = {
  ollama: ['top_k', 'min_p', 'repetition_penalty', 'logit_bias', 'ignore_eos', 'min_tokens'],
  tgi: ['top_k', 'min_p', 'repetition_penalty', 'logit_bias', 'ignore_eos', 'min_tokens'],
  llamacpp: ['min_tokens'],
};

const WHOLE_VOCABULARY = -1;

/**
 * The sampling options under the names of OpenAI, or of vLLM where OpenAI has none.
 * @throws WeirError `unsupported_parameter` for what the server would ignore
 */
export function samplingFields(options: GenerationOptions, dialect: Dialect | undefined): Record<string, unknown> {
  const neutral = KNOWS_ALL.has(dialect) ? undefined : { topK: 0, minP: 0, repetition: 1, penalty: 0 };
  const topK = unless(options.topK, neutral?.topK);
  const fields: Record<string, unknown> = {
    temperature: options.temperature,
    top_p: options.topP,
    seed: options.seed,
    stop: options.stop.length > 0 ? options.stop : undefined,
    top_k: topK === 0 ? WHOLE_VOCABULARY : topK,
    min_p: unless(options.minP, neutral?.minP),
    repetition_penalty: unless(options.repetitionPenalty, neutral?.repetition),
    frequency_penalty: unless(options.frequencyPenalty, neutral?.penalty),
    presence_penalty: unless(options.presencePenalty, neutral?.penalty),
    logit_bias: options.logitBias.size > 0 ? Object.fromEntries(options.logitBias) : undefined,
    ignore_eos: options.ignoreEos || undefined,
    min_tokens: options.minTokens || undefined,
  };
  for (const param of (dialect && IGNORED[dialect]) ?? []) {
    if (fields[param] !== undefined) throw unsupported(param);
  }
  if (dialect !== 'llamacpp') return fields;
  const { repetition_penalty, ...others } = fields;
  return { ...others, repeat_penalty: repetition_penalty };
}

const unless = (value: number | undefined, neutral: number | undefined): number | undefined =>
  value === neutral ? undefined : value;
