import type { SuiteItem } from './suite.js';

const FIRST_LETTER = 'A'.charCodeAt(0);

/** Letter of a choice: 0 is A. */
export const letterOf = (index: number) => String.fromCharCode(FIRST_LETTER + index);

/** What the model is asked. The answer is never part of it. */
export function promptOf(item: SuiteItem): string {
  if (item.type === 'exact_match') return item.prompt;
  const choices = item.choices.map((choice, index) => `${letterOf(index)}. ${choice}`);
  const last = letterOf(item.choices.length - 1);
  return `${item.prompt}\n${choices.join('\n')}\nAnswer with one letter from A to ${last} only.`;
}
