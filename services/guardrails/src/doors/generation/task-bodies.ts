import { inferenceV1 } from '@weir/contracts';
import { z } from 'zod';
import { wellFormed } from '../wire/chat-messages.js';
import { detectorMap } from '../inspection/detector-params.js';

const MAX_MASKS = 1_024;
const MAX_TOKENS = 1_000_000;
const no = z.literal(false).nullish();

/** Parameters of text generation that can be carried; others are refused by name. */
const textGeneration = z.strictObject({
  max_new_tokens: z.int().min(1).max(MAX_TOKENS).nullish(),
  min_new_tokens: z.int().min(0).max(MAX_TOKENS).nullish(),
  decoding_method: z.enum(['GREEDY', 'SAMPLING']).nullish(),
  top_k: z.int().min(0).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  repetition_penalty: z.number().gt(0).max(2).nullish(),
  stop_sequences: z.array(wellFormed.min(1).max(1_024)).max(4).nullish(),
  seed: z.int().min(0).nullish(),
  preserve_input_text: no,
  input_tokens: no,
  generated_tokens: z.boolean().nullish(),
  token_logprobs: no,
  token_ranks: no,
  include_stop_sequence: no,
});

type TextGeneration = z.output<typeof textGeneration>;

const model = wellFormed.min(1, '`model_id` is required').max(256);
const parameters = textGeneration.nullish();
const mask = z.tuple([z.int().min(0), z.int().min(0)]).refine(([start, end]) => start < end, 'invalid masks');

/** Body of `/api/v2/text/generation-detection`. */
export const generationDetectionBody = z.strictObject({
  model_id: model,
  prompt: wellFormed.min(1),
  detectors: detectorMap.refine((map) => Object.keys(map).length > 0, '`detectors` must not be empty.'),
  text_gen_parameters: parameters,
});

/** Body of `/api/v1/task/…classification-with-text-generation`. */
export const classificationBody = z.strictObject({
  model_id: model,
  inputs: wellFormed.min(1),
  guardrail_config: z
    .strictObject({
      input: z.strictObject({ models: detectorMap, masks: z.array(mask).max(MAX_MASKS).nullish() }).nullish(),
      output: z.strictObject({ models: detectorMap }).nullish(),
    })
    .nullish(),
  text_gen_parameters: parameters,
});

export type ClassificationBody = z.output<typeof classificationBody>;

/** A prompt with its parameters, as generation is asked for. */
export function generationInput(modelId: string, prompt: string, given: TextGeneration | null | undefined) {
  const greedy = given?.decoding_method === 'GREEDY';
  return inferenceV1.ChatInput.fromPartial({
    model: modelId,
    n: 1,
    messages: [{ role: 'user', content: prompt }],
    sampling: {
      maxTokens: given?.max_new_tokens ?? undefined,
      minTokens: given?.min_new_tokens ?? 0,
      temperature: greedy ? 0 : (given?.temperature ?? undefined),
      topP: given?.top_p ?? undefined,
      topK: given?.top_k ?? undefined,
      repetitionPenalty: given?.repetition_penalty ?? undefined,
      stop: given?.stop_sequences ?? [],
      seed: given?.seed ?? undefined,
    },
  });
}
