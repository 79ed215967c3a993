import { DEFAULT_SAMPLING, type Sampling } from '../../pipeline/inference-request.js';
import { invalid } from './tensor.js';

export type ParameterValue = string | number | boolean;

/** What the parameters of a request mean to the pipeline. */
export interface InferParameters {
  readonly sampling: Sampling;
  /** Higher goes first. */
  readonly priority: number;
  readonly timeoutMs: number | undefined;
  /** Triton: outputs that do not say otherwise come as raw bytes. */
  readonly binaryOutput: boolean;
}

/** Priority 1 is the highest in this protocol and 0 is the default; Weir's are the other way round around 0. */
const HIGHEST_PRIORITY = 100;
const MICROSECONDS = 1_000;
const MOST_TOKENS = 1_000_000;

type Change = Partial<Omit<InferParameters, 'sampling'>> & { readonly sampling?: Partial<Sampling> };
type Reader = (name: string, value: ParameterValue) => Change;

const readers: Readonly<Record<string, Reader>> = {
  max_tokens: (name, value) => sampling({ maxTokens: whole(name, value, 1, MOST_TOKENS) }),
  min_tokens: (name, value) => sampling({ minTokens: whole(name, value, 0, MOST_TOKENS) }),
  temperature: (name, value) => sampling({ temperature: number(name, value, 0, 2) }),
  top_p: (name, value) => sampling({ topP: number(name, value, Number.MIN_VALUE, 1) }),
  top_k: (name, value) => sampling({ topK: whole(name, value, 0, MOST_TOKENS) }),
  min_p: (name, value) => sampling({ minP: number(name, value, 0, 1) }),
  repetition_penalty: (name, value) => sampling({ repetitionPenalty: number(name, value, 0.01, 10) }),
  frequency_penalty: (name, value) => sampling({ frequencyPenalty: number(name, value, -2, 2) }),
  presence_penalty: (name, value) => sampling({ presencePenalty: number(name, value, -2, 2) }),
  seed: (name, value) => sampling({ seed: whole(name, value, 0, Number.MAX_SAFE_INTEGER) }),
  stop: (name, value) => sampling({ stop: [text(name, value)] }),
  ignore_eos: (name, value) => sampling({ ignoreEos: flag(name, value) }),
  priority: (name, value) => ({ priority: priorityOf(whole(name, value, 0, HIGHEST_PRIORITY)) }),
  timeout: (name, value) => ({ timeoutMs: whole(name, value, 1, Number.MAX_SAFE_INTEGER) / MICROSECONDS }),
  binary_data_output: (name, value) => ({ binaryOutput: flag(name, value) }),
};

/** @throws WeirError `invalid_request` for a parameter that there is not, or with another value than it may have */
export function readParameters(parameters: Readonly<Record<string, ParameterValue>>): InferParameters {
  let read: InferParameters = { sampling: DEFAULT_SAMPLING, priority: 0, timeoutMs: undefined, binaryOutput: false };
  for (const [name, value] of Object.entries(parameters)) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (!reader) throw invalid(`parameters.${name}`, 'is not known');
    const change = reader(`parameters.${name}`, value);
    read = { ...read, ...change, sampling: { ...read.sampling, ...change.sampling } };
  }
  return read;
}

function sampling(change: Partial<Sampling>): Change {
  return { sampling: change };
}

function priorityOf(value: number): number {
  return value === 0 ? 0 : HIGHEST_PRIORITY + 1 - value;
}

/** Some clients can send strings only, so a number may come as one. */
function number(name: string, value: ParameterValue, least: number, most: number): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof read === 'number' && read >= least && read <= most) return read;
  throw invalid(name, `must be a number from ${least} to ${most}`);
}

function whole(name: string, value: ParameterValue, least: number, most: number): number {
  const read = number(name, value, least, most);
  if (Number.isSafeInteger(read)) return read;
  throw invalid(name, 'must be a whole number');
}

function text(name: string, value: ParameterValue): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(name, 'must be a text');
}

function flag(name: string, value: ParameterValue): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(name, 'must be true or false');
}
