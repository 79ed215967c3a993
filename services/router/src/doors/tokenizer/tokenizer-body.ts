import { z } from 'zod';
import type { WrittenPrompt } from '../../routing/engine-request.js';
import { messages } from '../openai/message-fields.js';
import { model, refuseField, tokenIds, wellFormed } from '../openai/request-fields.js';
import { refuseUnsupported } from '../openai/unsupported-parameters.js';
import { readWith } from '../openai/validation.js';

/** Far beyond every context: nobody's tokenizer is for free. */
const MAX_CHARACTERS = 1_048_576;
const MAX_IDS = 262_144;

const alias = model.nullish();

const tokenizeFields = z.object({
  model: alias,
  prompt: wellFormed.max(MAX_CHARACTERS).nullish(),
  messages: messages.nullish(),
  add_special_tokens: z.boolean().nullish(),
});

const tokenizeBody = tokenizeFields.superRefine(({ prompt, messages: turns }, context) => {
  const given = [prompt, turns].filter((value) => value !== null && value !== undefined).length;
  if (given !== 1) refuseField(context, ['prompt'], "needs 'prompt' or 'messages', one of them.");
});

const detokenizeBody = z.object({ model: alias, tokens: z.array(z.never()).max(0).or(tokenIds.max(MAX_IDS)) });

const TOKENIZE = new Set(Object.keys(tokenizeFields.shape));
const DETOKENIZE = new Set(Object.keys(detokenizeBody.shape));

export interface TokenizeInput {
  /** Undefined = the only one that the caller may use. */
  readonly model: string | undefined;
  readonly prompt: WrittenPrompt;
  readonly addSpecialTokens: boolean;
}

/** Body of POST /tokenize, as vLLM has it. Special tokens are added unless the client says no; a chat brings its own. */
export function readTokenizeBody(value: unknown): TokenizeInput {
  refuseUnsupported(value, TOKENIZE);
  const body = readWith(tokenizeBody, value);
  return {
    model: body.model ?? undefined,
    prompt: body.messages ? { kind: 'chat', turns: body.messages } : { kind: 'text', text: body.prompt ?? '' },
    addSpecialTokens: body.add_special_tokens ?? !body.messages,
  };
}

/** Body of POST /detokenize. */
export function readDetokenizeBody(value: unknown): { model: string | undefined; tokens: readonly number[] } {
  refuseUnsupported(value, DETOKENIZE);
  const body = readWith(detokenizeBody, value);
  return { model: body.model ?? undefined, tokens: body.tokens };
}

/** Query of GET /tokenizer_info. */
export function readTokenizerQuery(value: unknown): string | undefined {
  return readWith(z.object({ model: alias }), value).model ?? undefined;
}
