import type { GenerationRequest, Prompt } from '../../generation/generation.js';

/** Assumed until requests were measured: English in the vocabularies of today. */
const TOKENS_PER_BYTE = 0.3;
/** Bytes whose ratio is the first assumption's. */
const ASSUMED_BYTES = 1_000;
/** Part of the past that stays when a request is added. */
const KEPT = 0.98;
/** Role and marks that a chat template writes around a message. */
const TURN_BYTES = 16;

/** How many tokens a prompt will be, from its bytes and what earlier prompts of this deployment were. */
export class PromptEstimate {
  private bytes = ASSUMED_BYTES;
  private tokens = ASSUMED_BYTES * TOKENS_PER_BYTE;

  tokensOf(request: Pick<GenerationRequest, 'prompt' | 'options'>): number {
    const { prompt } = request;
    if (prompt.kind === 'tokens') return prompt.ids.length;
    return Math.max(1, Math.ceil((bytesOf(request) * this.tokens) / this.bytes));
  }

  /** What the engine found the prompt to be. */
  learn(request: Pick<GenerationRequest, 'prompt' | 'options'>, tokens: number): void {
    if (request.prompt.kind === 'tokens') return;
    this.bytes = this.bytes * KEPT + bytesOf(request);
    this.tokens = this.tokens * KEPT + tokens;
  }
}

function bytesOf({ prompt, options }: Pick<GenerationRequest, 'prompt' | 'options'>): number {
  const tools = options.tools.length > 0 ? Buffer.byteLength(JSON.stringify(options.tools)) : 0;
  return promptBytes(prompt) + tools;
}

function promptBytes(prompt: Prompt): number {
  if (prompt.kind === 'text') return Buffer.byteLength(prompt.text);
  if (prompt.kind === 'tokens') return 0;
  return prompt.turns.reduce((sum, turn) => sum + Buffer.byteLength(turn.content) + callBytes(turn) + TURN_BYTES, 0);
}

function callBytes({ toolCalls }: { readonly toolCalls: readonly { readonly arguments: string }[] }): number {
  return toolCalls.reduce((sum, call) => sum + Buffer.byteLength(call.arguments) + TURN_BYTES, 0);
}
