import { WeirError } from '@weir/errors';

export const TEXT_INPUT = 'text_input';
export const TEXT_OUTPUT = 'text_output';

/** A tensor of the Open Inference Protocol whose elements are byte strings. */
export interface TextTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly elements: readonly Uint8Array[];
}

/** How a text model looks in this protocol. */
export const TEXT_MODEL = {
  inputs: [{ name: TEXT_INPUT, datatype: 'BYTES', shape: [1] }],
  outputs: [{ name: TEXT_OUTPUT, datatype: 'BYTES', shape: [1] }],
} as const;

const MOST_ELEMENTS = 64;
const LENGTH_BYTES = 4;

/**
 * The one text of a request.
 * @throws WeirError `invalid_request` that names the tensor and what is wrong with it; `invalid_utf8`
 */
export function readTextInput(inputs: readonly TextTensor[]): string {
  const [input, ...others] = inputs;
  if (!input) throw invalid('inputs', `needs the tensor ${TEXT_INPUT}`);
  const unknown = [input, ...others].find(({ name }) => name !== TEXT_INPUT);
  if (unknown) throw invalid(`inputs[${unknown.name}]`, `is not an input of this model; it has ${TEXT_INPUT}`);
  if (others.length > 0) throw invalid(`inputs[${TEXT_INPUT}]`, 'is given twice');
  if (input.datatype !== 'BYTES') throw invalid(`inputs[${TEXT_INPUT}].datatype`, 'must be BYTES');
  const size = input.shape.reduce((product, side) => product * side, 1);
  if (size !== 1) throw invalid(`inputs[${TEXT_INPUT}].shape`, 'must have one element, for example [1]');
  const [element] = input.elements;
  if (!element || input.elements.length !== 1) throw invalid(`inputs[${TEXT_INPUT}]`, 'must have one element');
  return textOf(element);
}

/** Elements in the raw form: each has its length in front, 4 bytes, little endian. */
export function splitRaw(raw: Uint8Array, name: string): Uint8Array[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const elements: Uint8Array[] = [];
  for (let at = 0; at < raw.byteLength;) {
    const length = at + LENGTH_BYTES <= raw.byteLength ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    const end = at + LENGTH_BYTES + length;
    if (end > raw.byteLength) throw invalid(`inputs[${name}]`, 'has raw contents that end inside an element');
    if (elements.length === MOST_ELEMENTS) throw invalid(`inputs[${name}]`, `has more than ${MOST_ELEMENTS} elements`);
    elements.push(raw.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return elements;
}

export function joinRaw(elements: readonly Uint8Array[]): Uint8Array {
  const total = elements.reduce((sum, element) => sum + LENGTH_BYTES + element.byteLength, 0);
  const raw = new Uint8Array(total);
  const view = new DataView(raw.buffer);
  let at = 0;
  for (const element of elements) {
    view.setUint32(at, element.byteLength, true);
    raw.set(element, at + LENGTH_BYTES);
    at += LENGTH_BYTES + element.byteLength;
  }
  return raw;
}

/** Refuses outputs that the model does not have. */
export function requireOutputs(names: readonly string[]): void {
  const unknown = names.find((name) => name !== TEXT_OUTPUT);
  if (unknown !== undefined) throw invalid('outputs', `names ${unknown}; this model has ${TEXT_OUTPUT}`);
}

export function invalid(param: string, problem: string): WeirError {
  return new WeirError('invalid_request', `${param} ${problem}.`, { param });
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const param = `inputs[${TEXT_INPUT}]`;
    throw new WeirError('invalid_utf8', `${param} is not UTF-8.`, { param, cause: error });
  }
}
