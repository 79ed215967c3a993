import { z } from 'zod';
import type { InferenceRequest } from '../../pipeline/inference-request.js';
import { samplingFields, samplingOf, wellFormed } from './request-fields.js';
import { refuseUnsupported } from './unsupported-parameters.js';
import { readWith } from './validation.js';

const completionBody = z.object({
  ...samplingFields,
  prompt: z.preprocess(
    (value) => (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' ? value[0] : value),
    wellFormed,
  ),
});

const SUPPORTED = new Set(Object.keys(completionBody.shape));

/** Body of POST /v1/completions. Token arrays and several prompts are refused as invalid. */
export function readCompletionBody(value: unknown): { request: InferenceRequest; includeUsage: boolean } {
  refuseUnsupported(value, SUPPORTED);
  const body = readWith(completionBody, value);
  return {
    includeUsage: body.stream_options?.include_usage ?? false,
    request: {
      model: body.model,
      prompt: { kind: 'text', text: body.prompt },
      sampling: samplingOf(body),
      stream: body.stream ?? false,
    },
  };
}
