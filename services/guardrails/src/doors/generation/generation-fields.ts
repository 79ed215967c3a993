import { z } from 'zod';
import type { inferenceV1 } from '@weir/contracts';
import { wellFormed } from '../wire/chat-messages.js';
import { detectorMap } from '../inspection/detector-params.js';

const MAX_TOKENS = 1_000_000;
const MAX_TOKEN_ID = 2 ** 32 - 1;
const penalty = z.number().min(-2).max(2).nullish();
const stopText = wellFormed.min(1).max(1_024);

/** Detectors of a completion; without any, nothing is inspected. */
export const detectorConfig = z
  .strictObject({ input: detectorMap.default({}), output: detectorMap.default({}) })
  .default({ input: {}, output: {} });

/** Fields of the OpenAI API that generation can carry. Absent and null are the same. */
export const samplingFields = {
  model: wellFormed.min(1).max(256),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().min(1).max(8).nullish(),
  max_tokens: z.int().min(1).max(MAX_TOKENS).nullish(),
  min_tokens: z.int().min(0).max(MAX_TOKENS).nullish(),
  ignore_eos: z.boolean().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).max(MAX_TOKEN_ID).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().gt(0).max(2).nullish(),
  frequency_penalty: penalty,
  presence_penalty: penalty,
  logit_bias: z.record(z.string().regex(/^\d{1,9}$/), z.number().min(-100).max(100)).nullish(),
  seed: z.int().nullish(),
  stop: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(stopText).max(4).nullish()),
  user: wellFormed.max(512).nullish(),
  priority: z.int().min(-1_000_000).max(1_000_000).nullish(),
  metadata: z.record(wellFormed.min(1).max(64), wellFormed.max(512)).nullish(),
};

const read = z.object(samplingFields);

/** What every completion asks for, besides its prompt. */
export function inputOf(body: z.output<typeof read>, maxTokens = body.max_tokens): Partial<inferenceV1.ChatInput> {
  return {
    model: body.model,
    user: body.user ?? '',
    n: body.n ?? 1,
    priority: body.priority ?? 0,
    metadata: body.metadata ?? {},
    sampling: {
      maxTokens: maxTokens ?? undefined,
      temperature: body.temperature ?? undefined,
      topP: body.top_p ?? undefined,
      // Engines take unsigned seeds; the OpenAI API allows negative ones.
      seed: typeof body.seed === 'number' ? Math.abs(body.seed) : undefined,
      stop: body.stop ?? [],
      topK: typeof body.top_k === 'number' ? Math.max(0, body.top_k) : undefined,
      minP: body.min_p ?? undefined,
      repetitionPenalty: body.repetition_penalty ?? undefined,
      frequencyPenalty: body.frequency_penalty ?? undefined,
      presencePenalty: body.presence_penalty ?? undefined,
      logitBias: Object.fromEntries(Object.entries(body.logit_bias ?? {}).map(([id, bias]) => [Number(id), bias])),
      ignoreEos: body.ignore_eos ?? false,
      minTokens: body.min_tokens ?? 0,
    },
  };
}
