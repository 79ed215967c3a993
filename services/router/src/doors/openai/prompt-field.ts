import { z } from 'zod';
import type { Prompt } from '../../pipeline/inference-request.js';
import { tokenIds, wellFormed } from './request-fields.js';

const tokens = (ids: readonly number[]): Prompt => ({ kind: 'tokens', ids, text: undefined });
const text = (value: string): Prompt => ({ kind: 'text', text: value });

/**
 * A text, several texts, the tokens of one, or the tokens of several: the OpenAI API knows them apart by their first
 * item. Which one decides how it is read, so that an error names the exact item.
 */
export function promptField(one: z.ZodType<string> = wellFormed, most: number) {
  const forms = {
    text: one.transform((value) => [text(value)]),
    texts: z.array(one.transform(text)).min(1).max(most),
    tokens: tokenIds.transform((ids) => [tokens(ids)]),
    lists: z.array(tokenIds.transform(tokens)).min(1).max(most),
  };
  return z.unknown().transform((value, context): Prompt[] => {
    const parsed = forms[formOf(value)].safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
    return z.NEVER;
  });
}

function formOf(value: unknown): 'text' | 'texts' | 'tokens' | 'lists' {
  if (!Array.isArray(value)) return 'text';
  if (typeof value[0] === 'number') return 'tokens';
  return Array.isArray(value[0]) ? 'lists' : 'texts';
}
