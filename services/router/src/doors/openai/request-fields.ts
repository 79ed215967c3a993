import { z } from 'zod';
import type { Sampling } from '../../pipeline/inference-request.js';

const MAX_TOKENS = 1_000_000;
const MAX_STOPS = 4;
const MAX_STOP_LENGTH = 1024;

/** Text without lone surrogates, which no UTF-8 encoder could carry. */
export const wellFormed = z.string().refine((text) => text.isWellFormed(), {
  message: 'holds a lone UTF-16 surrogate.',
  params: { code: 'invalid_utf8' },
});

const stop = wellFormed.min(1).max(MAX_STOP_LENGTH);

/** Fields that both OpenAI doors read alike. Absent and null are the same. */
export const samplingFields = {
  model: wellFormed.min(1).max(256),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1).max(MAX_TOKENS).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.int().nullish(),
  stop: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(stop).max(MAX_STOPS).nullish()),
};

interface SamplingBody {
  readonly max_tokens?: number | null | undefined;
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly seed?: number | null | undefined;
  readonly stop?: readonly string[] | null | undefined;
}

export function samplingOf(body: SamplingBody, maxTokens = body.max_tokens): Sampling {
  return {
    maxTokens: maxTokens ?? undefined,
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
    // Engines take unsigned seeds; the OpenAI API allows negative ones.
    seed: body.seed === null || body.seed === undefined ? undefined : Math.abs(body.seed),
    stop: body.stop ?? [],
  };
}
