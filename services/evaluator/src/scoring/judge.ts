import { letterOf } from '../suite/prompt.js';
import type { ExactMatchItem, MultipleChoiceItem, SuiteItem } from '../suite/suite.js';

/** `unparsable`: an answer in which no choice can be made out; it counts as wrong. */
export type Judgement = 'correct' | 'wrong' | 'unparsable';

/** Whether an answer is right. */
export function judge(item: SuiteItem, answer: string): Judgement {
  return item.type === 'exact_match' ? judgeText(item, answer) : judgeChoice(item, answer);
}

function judgeText(item: ExactMatchItem, answer: string): Judgement {
  const given = normalized(answer, item.ignoreCase);
  return given === normalized(item.answer, item.ignoreCase) ? 'correct' : 'wrong';
}

/** Unicode NFC, white space collapsed and trimmed; lower case where the item says so. */
function normalized(text: string, ignoreCase: boolean): string {
  const plain = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return ignoreCase ? plain.toLowerCase() : plain;
}

/** A letter that stands alone at the beginning: "B", "(b)", "**B**", "B. Paris", "Answer: B". */
const CHOICE = /^(?:(?:the\s+)?(?:correct\s+)?answer(?:\s+is)?\s*:?\s*)?[([*"'`]*([A-Za-z])[)\]*"'`]*(?=$|[\s.,:;)])/i;
/** "A dog" and "I think" begin with words that look like choices. */
const WORD_FOLLOWS = /^[A-Za-z]\s+[A-Za-z]/;

function judgeChoice(item: MultipleChoiceItem, answer: string): Judgement {
  const text = answer.trim();
  const letter = WORD_FOLLOWS.test(text) ? undefined : CHOICE.exec(text)?.[1]?.toUpperCase();
  if (letter === undefined || letter > letterOf(item.choices.length - 1)) return 'unparsable';
  return letter === letterOf(item.answer) ? 'correct' : 'wrong';
}
