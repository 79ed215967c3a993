import type { TokenLogprob, TopLogprob } from '../../generation/generation.js';
import { fieldsOf, type Fields } from '../json-fields.js';

/** Log probabilities of a choice, in the form of chats or of the older completions. */
export function logprobsOf(value: unknown): TokenLogprob[] {
  const logprobs = fieldsOf(value);
  if (Array.isArray(logprobs?.content)) return logprobs.content.flatMap(ofChat);
  if (Array.isArray(logprobs?.tokens)) return ofCompletion(logprobs, logprobs.tokens);
  return [];
}

function ofChat(item: unknown): TokenLogprob[] {
  const entry = fieldsOf(item);
  const own = entry && alternative(entry);
  if (!own) return [];
  const top = Array.isArray(entry.top_logprobs) ? entry.top_logprobs : [];
  return [{ ...own, top: top.flatMap((one: unknown) => alternative(fieldsOf(one) ?? {}) ?? []) }];
}

function alternative({ token, logprob, bytes, id }: Fields): TopLogprob | undefined {
  if (typeof token !== 'string' || !isLogprob(logprob)) return undefined;
  return { id: isId(id) ? id : 0, token: token.toWellFormed(), bytes: bytesOf(bytes, token), logprob };
}

function bytesOf(bytes: unknown, token: string): Uint8Array {
  return Array.isArray(bytes) && bytes.every(isByte) ? Uint8Array.from(bytes as number[]) : Buffer.from(token);
}

function ofCompletion({ token_logprobs, top_logprobs }: Fields, tokens: readonly unknown[]): TokenLogprob[] {
  const own = Array.isArray(token_logprobs) ? (token_logprobs as unknown[]) : [];
  const tops = Array.isArray(top_logprobs) ? (top_logprobs as unknown[]) : [];
  return tokens.map((name, index) => {
    const token = typeof name === 'string' ? name.toWellFormed() : '';
    const logprob = own[index];
    const top = Object.entries(fieldsOf(tops[index]) ?? {}).flatMap(([text, value]) =>
      isLogprob(value) ? [{ id: 0, token: text.toWellFormed(), bytes: Buffer.from(text), logprob: value }] : [],
    );
    top.sort((a, b) => b.logprob - a.logprob);
    return { id: 0, token, bytes: Buffer.from(token), logprob: isLogprob(logprob) ? logprob : undefined, top };
  });
}

/** A number as JSON has it: there is no minus infinity, some write the lowest number instead. */
const isLogprob = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isByte = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 256;
