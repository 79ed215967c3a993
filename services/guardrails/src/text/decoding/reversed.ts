import { MappedTextBuilder } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import { UnitText } from '../unit-text.js';

const SENTENCE_END = '.!?';

/** A part of a text from its end to its start, character by character. */
export function reverse(text: string, start: number, end: number): string {
  const reversed = new UnitText(end - start);
  for (let at = end - 1; at >= start; at--) {
    const low = text.charCodeAt(at);
    const high = at > start ? text.charCodeAt(at - 1) : 0;
    const pair = (low & 0xfc00) === 0xdc00 && (high & 0xfc00) === 0xd800;
    if (pair) {
      reversed.put(high);
      at--;
    }
    reversed.put(low);
  }
  return reversed.read();
}

/** Every word of a part from its end to its start, in its own place. */
export function reversedWords(source: TextView, start: number, end: number): TextView {
  const { text } = source;
  const builder = new MappedTextBuilder(source);
  for (let at = start; at < end;) {
    const first = at;
    const blank = isBlank(text, at);
    while (at < end && isBlank(text, at) === blank) at++;
    if (blank) builder.copy(first, at);
    else builder.put(reverse(text, first, at), first, at);
  }
  return builder.finish();
}

/**
 * Whether backward words stand in the order of their sentences: those whose last letter is a capital, which began a
 * sentence, come first in it then, and last where the whole text was turned around.
 */
export function wordsInPlace(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => word !== '');
  let balance = 0;
  for (const [index, word] of words.entries()) {
    if (!/[A-Za-z][A-Z]$/.test(word)) continue;
    const [before, after] = [words[index - 1], words[index + 1]];
    if (before === undefined || ends(before)) balance++;
    if (after === undefined || SENTENCE_END.includes(after.charAt(0))) balance--;
  }
  return balance > 0;
}

function ends(word: string): boolean {
  return SENTENCE_END.includes(word.charAt(0)) || SENTENCE_END.includes(word.at(-1) ?? ' ');
}

function isBlank(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 0x20;
}
