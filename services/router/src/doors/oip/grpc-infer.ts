import type { openInferenceV2 } from '@weir/contracts';
import type { InferCall } from './inference-protocol.service.js';
import { readParameters, type ParameterValue } from './parameters.js';
import { invalid, joinRaw, readTextInput, requireOutputs, splitRaw, TEXT_OUTPUT, type TextTensor } from './tensor.js';

type Request = openInferenceV2.ModelInferRequest;

/** @throws WeirError `invalid_request` that names the tensor or the parameter */
export function readInferRequest(request: Request): InferCall {
  requireOutputs(request.outputs.map(({ name }) => name));
  return {
    model: request.modelName,
    version: request.modelVersion,
    text: readTextInput(tensorsOf(request)),
    parameters: readParameters(parametersOf(request.parameters)),
  };
}

/** The answer in the form of its request: raw when that was raw. */
export function inferResponse(request: Request, version: string, text: string) {
  const bytes = new TextEncoder().encode(text);
  const raw = request.rawInputContents.length > 0;
  const output = { name: TEXT_OUTPUT, datatype: 'BYTES', shape: [1] };
  return {
    modelName: request.modelName,
    modelVersion: version,
    id: request.id,
    outputs: [raw ? output : { ...output, contents: { bytesContents: [Buffer.from(bytes)] } }],
    rawOutputContents: raw ? [Buffer.from(joinRaw([bytes]))] : [],
  };
}

function tensorsOf({ inputs, rawInputContents: raws }: Request): TextTensor[] {
  if (raws.length > 0 && raws.length !== inputs.length) {
    throw invalid('raw_input_contents', `has ${raws.length} items for ${inputs.length} inputs`);
  }
  return inputs.map(({ name, datatype, shape, contents }, index) => {
    const raw = raws[index];
    if (raw && contents) throw invalid(`inputs[${name}]`, 'has both contents and raw contents');
    return { name, datatype, shape, elements: raw ? splitRaw(raw, name) : (contents?.bytesContents ?? []) };
  });
}

function parametersOf(parameters: Request['parameters']): Record<string, ParameterValue> {
  const values: Record<string, ParameterValue> = {};
  for (const [name, { parameterChoice }] of Object.entries(parameters)) {
    if (parameterChoice === undefined) throw invalid(`parameters.${name}`, 'has no value');
    values[name] = parameterChoice.value;
  }
  return values;
}
