import { z } from 'zod';
import { readWith } from '../openai/validation.js';
import { readParameters, type InferParameters } from './parameters.js';
import { invalid, joinRaw, readTextInput, requireOutputs, splitRaw, TEXT_OUTPUT, type TextTensor } from './tensor.js';

/** A request for inference, in the same form for both doors. */
export interface InferRequest {
  readonly id: string;
  readonly text: string;
  readonly parameters: InferParameters;
  /** Whether the output comes as raw bytes. */
  readonly rawOutput: boolean;
}

/** Header with the length of the JSON in front of raw tensors (the binary tensor data extension). */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

const value = z.union([z.string(), z.number(), z.boolean()]);
const parameters = z.record(z.string(), value).default({});
const shape = z.array(z.int().min(0).max(1_000_000)).max(8);

const inferBody = z.object({
  id: z.string().max(256).default(''),
  parameters,
  inputs: z
    .array(
      z.object({
        name: z.string(),
        datatype: z.string(),
        shape,
        parameters,
        data: z.array(z.unknown()).max(64).optional(),
      }),
    )
    .max(16),
  outputs: z
    .array(z.object({ name: z.string(), parameters }))
    .max(16)
    .default([]),
});

type Input = z.output<typeof inferBody>['inputs'][number];

/**
 * Reads the body of `/v2/models/{model}/infer`: JSON, or JSON followed by raw tensors.
 * @throws WeirError `invalid_request`, `invalid_json`, `invalid_utf8`
 */
export function readInferBody(json: unknown, raw: Uint8Array): InferRequest {
  const body = readWith(inferBody, json);
  const inputs = tensorsOf(body.inputs, raw);
  requireOutputs(body.outputs.map(({ name }) => name));
  const read = readParameters(body.parameters);
  const asked = body.outputs[0]?.parameters['binary_data'];
  return {
    id: body.id,
    text: readTextInput(inputs),
    parameters: read,
    rawOutput: typeof asked === 'boolean' ? asked : read.binaryOutput,
  };
}

/** The answer: its JSON, and the raw bytes that follow it, if any. */
export function writeInferBody(
  answer: { readonly model: string; readonly version: string; readonly id: string; readonly text: string },
  rawOutput: boolean,
): { readonly json: string; readonly raw: Uint8Array } {
  const { model, version, id, text } = answer;
  const raw = rawOutput ? joinRaw([new TextEncoder().encode(text)]) : new Uint8Array(0);
  const content = rawOutput ? { parameters: { binary_data_size: raw.byteLength } } : { data: [text] };
  const output = { name: TEXT_OUTPUT, datatype: 'BYTES', shape: [1], ...content };
  return { json: JSON.stringify({ model_name: model, model_version: version, id, outputs: [output] }), raw };
}

/** Raw tensors follow each other in the order of the inputs that have `binary_data_size`. */
function tensorsOf(inputs: readonly Input[], raw: Uint8Array): TextTensor[] {
  let at = 0;
  const tensors = inputs.map((input) => {
    const { name, datatype, shape: sides, data } = input;
    const size = input.parameters['binary_data_size'];
    if (size === undefined) return { name, datatype, shape: sides, elements: textsOf(name, data) };
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || at + size > raw.byteLength) {
      throw invalid(`inputs[${name}].parameters.binary_data_size`, 'is not the size of what follows the JSON');
    }
    at += size;
    return { name, datatype, shape: sides, elements: splitRaw(raw.subarray(at - size, at), name) };
  });
  if (at !== raw.byteLength) throw invalid('inputs', 'leave bytes over that belong to no tensor');
  return tensors;
}

function textsOf(name: string, data: readonly unknown[] | undefined): Uint8Array[] {
  const flat = (data ?? []).flat(7);
  return flat.map((element) => {
    if (typeof element !== 'string' || !element.isWellFormed())
      throw invalid(`inputs[${name}].data`, 'must hold texts');
    return new TextEncoder().encode(element);
  });
}
