import type { Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import type { BatchModel } from '../../../engine/src/batch/batch-model.js';
import { ChildError } from '../../../engine/src/child-error.js';
import type { DecodeRow } from '../../../engine/src/model/decoder.js';
import type { PromptMessage, SamplingOptions } from '../../../engine/src/protocol.js';
import { AnswerText } from '../../../engine/src/text/answer-text.js';

export const CONTEXT = 2_000;

export const greedy: SamplingOptions = {
  maxTokens: 3,
  temperature: 0,
  topP: 1,
  seed: 1,
  reproducible: false,
  stop: [],
  topK: 40,
  minP: 0,
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  logitBias: [],
  responseFormat: { kind: 'text' },
  singleToolCall: false,
  ignoreEos: false,
  minTokens: 0,
};

/**
 * A model whose next token is a hash of the whole sequence: a wrong state shows in the text. Output handles are the
 * number of the batch and the position, so that a stale one shows, too.
 */
export class FakeModel implements BatchModel {
  readonly batchTokens = 512;
  readonly cells = new Map<number, Token[]>();
  readonly rows: DecodeRow[][] = [];
  /** Samplers that are not disposed of. */
  openSamplers = 0;
  broken = false;
  private hashes: number[] = [];

  constructor(
    private readonly onBatch: (rows: readonly DecodeRow[]) => void = () => undefined,
    readonly contextTokens = CONTEXT,
  ) {}

  readonly decoder = {
    decode: async (rows: readonly DecodeRow[]) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.broken) throw new TypeError('decode failed');
      this.onBatch(rows);
      this.rows.push([...rows]);
      this.hashes = [];
      return rows.map((row) => this.evaluate(row));
    },
    keep: (sequence: number, tokens: number) => {
      this.cells.set(sequence, (this.cells.get(sequence) ?? []).slice(0, tokens));
      return tokens;
    },
  };

  readonly scorer = {
    score: async (output: number, token: Token, alternatives: number) => {
      const best = (this.hashes[output]! % 50) as Token;
      return {
        logprob: token === best ? -0.5 : -3,
        top: Array.from({ length: alternatives }, (_, rank) => ({
          token: (best + rank) as Token,
          logprob: -0.5 - rank,
        })),
      };
    },
  };

  open(prompt: PromptMessage, { stop }: SamplingOptions) {
    if (prompt.kind !== 'tokens') throw new ChildError('invalid_request', 'bad');
    if (prompt.ids.length >= this.contextTokens) throw new ChildError('context_length_exceeded', 'long');
    this.openSamplers++;
    const sampler = {
      sample: async (output: number) => (this.hashes[output]! % 50) as Token,
      [Symbol.dispose]: () => void this.openSamplers--,
    };
    return { promptTokens: prompt.ids as Token[], sampler, answer: new AnswerText({ detokenize, stop }) };
  }

  readonly isEnd = () => false;
  readonly describe = (token: Token) => ({ id: token, token: detokenize([token]), bytes: [token] });
  readonly takeBatches = () => [1];

  private evaluate({ sequence, start, tokens, outputs }: DecodeRow): number[] {
    const cells = this.cells.get(sequence) ?? [];
    if (cells.length !== start) throw new TypeError(`sequence ${sequence} has ${cells.length} cells, not ${start}`);
    this.cells.set(sequence, [...cells, ...tokens]);
    return outputs.map((index) => this.hashes.push(hashOf([...cells, ...tokens.slice(0, index + 1)])) - 1);
  }
}

export const detokenize = (tokens: readonly Token[]) =>
  tokens.map((token) => String.fromCharCode(0x100 + token)).join('');

/** What the model says after a prompt, when nothing goes wrong. */
export function expectedText(prompt: readonly number[], tokens: number): string {
  const all = [...prompt];
  for (let turn = 0; turn < tokens; turn++) all.push(hashOf(all) % 50);
  return detokenize(all.slice(prompt.length) as Token[]);
}

function hashOf(tokens: readonly number[]): number {
  return tokens.reduce((hash, token) => (Math.imul(hash, 31) + token) >>> 0, 7);
}
