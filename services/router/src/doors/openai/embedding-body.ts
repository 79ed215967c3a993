import { z } from 'zod';
import { DEFAULT_FORM, DEFAULT_SAMPLING, type InferenceRequest } from '../../pipeline/inference-request.js';
import { promptField } from './prompt-field.js';
import { model, wellFormed } from './request-fields.js';
import { refuseUnsupported } from './unsupported-parameters.js';
import { readWith } from './validation.js';

const MAX_INPUTS = 2048;
const MAX_DIMENSIONS = 65_536;

const embeddingBody = z.object({
  model,
  input: promptField(wellFormed.min(1), MAX_INPUTS),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().min(1).max(MAX_DIMENSIONS).nullish(),
});

const SUPPORTED = new Set(Object.keys(embeddingBody.shape));

export type VectorEncoding = 'float' | 'base64';

/** Body of POST /v1/embeddings. */
export function readEmbeddingBody(value: unknown): { request: InferenceRequest; encoding: VectorEncoding } {
  refuseUnsupported(value, SUPPORTED);
  const body = readWith(embeddingBody, value);
  return {
    encoding: body.encoding_format ?? 'float',
    request: {
      operation: 'embeddings',
      model: body.model,
      prompts: body.input,
      sampling: DEFAULT_SAMPLING,
      form: { ...DEFAULT_FORM, dimensions: body.dimensions ?? undefined },
      stream: false,
      priority: 0,
      ttftSloMs: undefined,
      metadata: {},
    },
  };
}
