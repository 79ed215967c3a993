import { z } from 'zod';
import { DEFAULT_FORM } from '../../pipeline/inference-request.js';
import type { ReadBody } from './chat-body.js';
import { promptField } from './prompt-field.js';
import {
  MAX_CHOICES,
  MAX_TOP_LOGPROBS,
  maxTokensFromZero,
  refuseField,
  refuseMinAboveMax,
  samplingFields,
  samplingOf,
  wellFormed,
} from './request-fields.js';
import { refuseUnsupported } from './unsupported-parameters.js';
import { readWith } from './validation.js';

const completionFields = z.object({
  ...samplingFields,
  max_tokens: maxTokensFromZero,
  prompt: promptField(wellFormed, MAX_CHOICES),
  echo: z.boolean().nullish(),
  logprobs: z.int().min(0).max(MAX_TOP_LOGPROBS).nullish(),
});

const completionBody = completionFields.superRefine((body, context) => {
  refuseMinAboveMax(body, body.max_tokens, context);
  if (body.max_tokens === 0 && !body.echo) refuseField(context, ['max_tokens'], "0 needs 'echo'.");
  if (body.prompt.length * (body.n ?? 1) > MAX_CHOICES) {
    refuseField(context, ['n'], `at most ${MAX_CHOICES} answers to all prompts together.`);
  }
});

const SUPPORTED = new Set(Object.keys(completionFields.shape));

/** Body of POST /v1/completions. */
export function readCompletionBody(value: unknown): ReadBody {
  refuseUnsupported(value, SUPPORTED);
  const body = readWith(completionBody, value);
  return {
    includeUsage: body.stream_options?.include_usage ?? false,
    request: {
      operation: 'text_completion',
      model: body.model,
      prompts: body.prompt,
      sampling: samplingOf(body),
      form: {
        ...DEFAULT_FORM,
        n: body.n ?? 1,
        echo: body.echo ?? false,
        topLogprobs: body.logprobs ?? undefined,
      },
      stream: body.stream ?? false,
      priority: body.priority ?? 0,
      ttftSloMs: undefined,
      metadata: body.metadata ?? {},
    },
  };
}
