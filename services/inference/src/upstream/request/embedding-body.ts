import type { DeploymentState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { EmbeddingCall } from '../../generation/tokens.js';
import type { UpstreamRequest } from './generation-body.js';

type EmbeddingInput = EmbeddingCall['inputs'][number];

/** What the OpenAI API takes in one call. */
const MOST_INPUTS = 2_048;
const TOKENS_PER_BYTE = 0.3;

/** About how many tokens the inputs are. */
export function embeddingTokensEstimate(inputs: readonly EmbeddingInput[]): number {
  const tokens = inputs.map((one) =>
    one.kind === 'text' ? Math.ceil(Buffer.byteLength(one.text) * TOKENS_PER_BYTE) : one.ids.length,
  );
  return tokens.reduce((sum, count) => sum + count, 0);
}

/** The calls for some inputs, in their order: texts and tokens cannot share one. */
export function embeddingRequests(
  inputs: readonly EmbeddingInput[],
  { engine, model_name }: DeploymentState,
): (UpstreamRequest & { readonly inputs: number })[] {
  const model = engine.upstream_model || model_name;
  return batches(inputs).map((batch) => {
    const input = batch.map((one) => (one.kind === 'text' ? one.text : one.ids));
    return {
      path: '/embeddings',
      body: JSON.stringify({ model, input, encoding_format: 'float' }),
      inputs: batch.length,
    };
  });
}

function batches(inputs: readonly EmbeddingInput[]): EmbeddingInput[][] {
  const all: EmbeddingInput[][] = [];
  for (const input of inputs) {
    const last = all.at(-1);
    if (last && last.length < MOST_INPUTS && last[0]?.kind === input.kind) last.push(input);
    else all.push([input]);
  }
  return all;
}

/**
 * The vectors of one answer, in the order of its inputs, and the input tokens that it counted.
 * @throws WeirError `upstream_error` when one is missing, or no usage is told: its price would be unknown
 */
export function readEmbeddings(answer: unknown, inputs: number): { vectors: number[][]; inputTokens: number } {
  const { data, usage } = (answer ?? {}) as { data?: unknown; usage?: { prompt_tokens?: unknown } | null };
  const vectors: number[][] = [];
  if (!Array.isArray(data) || data.length !== inputs) throw wrong(`${inputs} vectors were asked for, others came`);
  data.forEach((item: { index?: unknown; embedding?: unknown }, position) => {
    const index = item.index ?? position;
    if (typeof index !== 'number' || !isVector(item.embedding)) throw wrong('a vector is none');
    vectors[index] = item.embedding;
  });
  if (Object.keys(vectors).length !== inputs || vectors.length !== inputs) throw wrong('vectors have no order');
  const inputTokens = usage?.prompt_tokens;
  if (!Number.isSafeInteger(inputTokens) || (inputTokens as number) < 0) throw wrong('no usage is told');
  return { vectors, inputTokens: inputTokens as number };
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => Number.isFinite(one));
}

function wrong(problem: string): WeirError {
  return new WeirError('upstream_error', `The upstream's answer cannot be used: ${problem}.`);
}
