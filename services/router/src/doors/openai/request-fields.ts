import { z } from 'zod';
import type { Sampling } from '../../pipeline/inference-request.js';

const MAX_TOKENS = 1_000_000;
const MAX_STOPS = 4;
const MAX_STOP_LENGTH = 1024;
const MAX_BIASES = 1024;
/** Answers of one request. */
export const MAX_CHOICES = 16;
const MAX_N = 8;
export const MAX_TOP_LOGPROBS = 20;
/** Token ids fit 32 bits. */
const MAX_TOKEN_ID = 2 ** 32 - 1;
const MAX_PRIORITY = 1_000_000;
const MAX_FACTS = 16;
const MAX_FACT_NAME = 64;
const MAX_FACT = 512;

/** Text without lone surrogates, which no UTF-8 encoder could carry. */
export const wellFormed = z.string().refine((text) => text.isWellFormed(), {
  message: 'holds a lone UTF-16 surrogate.',
  params: { code: 'invalid_utf8' },
});

export const tokenIds = z.array(z.int().min(0).max(MAX_TOKEN_ID)).min(1);

const stop = wellFormed.min(1).max(MAX_STOP_LENGTH);
const penalty = z.number().min(-2).max(2).nullish();

/** Token ids come as JSON keys, which are strings. */
const logitBias = z
  .record(z.string().regex(/^\d{1,10}$/, 'keys are token ids.'), z.number().min(-100).max(100))
  .refine((biases) => Object.keys(biases).length <= MAX_BIASES, `at most ${MAX_BIASES} entries.`)
  .refine((biases) => Object.keys(biases).every((id) => Number(id) <= MAX_TOKEN_ID), 'keys are token ids.');

/** Facts for the rules of guardrails, within the bounds of the OpenAI API. */
const metadata = z
  .record(wellFormed.min(1).max(MAX_FACT_NAME), wellFormed.max(MAX_FACT))
  .refine((facts) => Object.keys(facts).length <= MAX_FACTS, `at most ${MAX_FACTS} pairs.`);

export const model = wellFormed.min(1).max(256);

/** Fields that both OpenAI doors for text read alike. Absent and null are the same. */
export const samplingFields = {
  model,
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().min(1).max(MAX_N).nullish(),
  max_tokens: z.int().min(1).max(MAX_TOKENS).nullish(),
  min_tokens: z.int().min(0).max(MAX_TOKENS).nullish(),
  ignore_eos: z.boolean().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  // vLLM's -1 means all tokens, too.
  top_k: z.int().min(-1).max(MAX_TOKEN_ID).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().gt(0).max(2).nullish(),
  frequency_penalty: penalty,
  presence_penalty: penalty,
  logit_bias: logitBias.nullish(),
  seed: z.int().nullish(),
  stop: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(stop).max(MAX_STOPS).nullish()),
  priority: z.int().min(-MAX_PRIORITY).max(MAX_PRIORITY).nullish(),
  metadata: metadata.nullish(),
};

/** Where the completions door differs: the answer may be nothing but the echo of the prompt. */
export const maxTokensFromZero = z.int().min(0).max(MAX_TOKENS).nullish();

type Field<T> = T | null | undefined;

export interface SamplingBody {
  readonly max_tokens?: Field<number>;
  readonly min_tokens?: Field<number>;
  readonly ignore_eos?: Field<boolean>;
  readonly temperature?: Field<number>;
  readonly top_p?: Field<number>;
  readonly top_k?: Field<number>;
  readonly min_p?: Field<number>;
  readonly repetition_penalty?: Field<number>;
  readonly frequency_penalty?: Field<number>;
  readonly presence_penalty?: Field<number>;
  readonly logit_bias?: Field<Readonly<Record<string, number>>>;
  readonly seed?: Field<number>;
  readonly stop?: Field<readonly string[]>;
}

export function samplingOf(body: SamplingBody, maxTokens = body.max_tokens): Sampling {
  const { seed, top_k: topK } = body;
  return {
    maxTokens: maxTokens ?? undefined,
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
    // Engines take unsigned seeds; the OpenAI API allows negative ones.
    seed: seed === null || seed === undefined ? undefined : Math.abs(seed),
    stop: body.stop ?? [],
    topK: topK === null || topK === undefined ? undefined : Math.max(0, topK),
    minP: body.min_p ?? undefined,
    repetitionPenalty: body.repetition_penalty ?? undefined,
    frequencyPenalty: body.frequency_penalty ?? undefined,
    presencePenalty: body.presence_penalty ?? undefined,
    logitBias: Object.entries(body.logit_bias ?? {}).map(([token, bias]) => ({ token: Number(token), bias })),
    ignoreEos: body.ignore_eos ?? false,
    minTokens: body.min_tokens ?? 0,
  };
}

/** Reports a field that fits its own rules but not the other fields. */
export function refuseField(context: z.RefinementCtx, path: readonly PropertyKey[], message: string): void {
  context.addIssue({ code: 'custom', path: [...path], message });
}

export function refuseMinAboveMax(body: SamplingBody, maxTokens: Field<number>, context: z.RefinementCtx): void {
  if (body.min_tokens && typeof maxTokens === 'number' && body.min_tokens > maxTokens) {
    refuseField(context, ['min_tokens'], 'more than the most tokens that may be generated.');
  }
}
