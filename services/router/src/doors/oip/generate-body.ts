import { z } from 'zod';
import { readWith } from '../openai/validation.js';
import { readParameters, type InferParameters } from './parameters.js';
import { TEXT_INPUT } from './tensor.js';

const generateBody = z.strictObject({
  id: z.string().max(256).optional(),
  [TEXT_INPUT]: z.string().refine((text) => text.isWellFormed(), 'is not valid Unicode'),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

/**
 * Reads the body of `/v2/models/{model}/generate`: `{"text_input": "...", "parameters": {...}}`.
 * @throws WeirError `invalid_request`
 */
export function readGenerateBody(body: unknown): { readonly text: string; readonly parameters: InferParameters } {
  const { [TEXT_INPUT]: text, parameters } = readWith(generateBody, body);
  return { text, parameters: readParameters(parameters) };
}
