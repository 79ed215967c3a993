import { OBFUSCATIONS } from '@weir/guardrails/training';
import { ofLength } from './speed.ts';

const FORMS = ['base64', 'leet', 'hex', 'URL', 'HTML entities', 'spaced letters'] as const;

/** Texts of so many characters that are one encoding from their beginning to their end, by its name. */
export function encodedTexts(prose: readonly string[], length: number, count: number): [string, string[]][] {
  const parts = ofLength(prose, length, count);
  return FORMS.map((form) => {
    const encode = OBFUSCATIONS[form] ?? ((text: string) => text);
    return [form, parts.map((part) => encode(part).slice(0, length))];
  });
}
