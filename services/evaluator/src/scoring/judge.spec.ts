import { describe, expect, it } from 'vitest';
import { promptOf } from '../suite/prompt.js';
import type { ExactMatchItem, MultipleChoiceItem } from '../suite/suite.js';
import { judge } from './judge.js';

const exact = (answer: string, ignoreCase = false): ExactMatchItem => ({
  id: 'a',
  type: 'exact_match',
  prompt: '?',
  answer,
  ignoreCase,
  maxTokens: undefined,
});

const choice: MultipleChoiceItem = {
  id: 'b',
  type: 'multiple_choice',
  prompt: 'What is the capital of Germany?',
  choices: ['Munich', 'Berlin', 'Bonn'],
  answer: 1,
  maxTokens: undefined,
};

describe('exact match', () => {
  it.each([
    ['Paris', ' Paris\n', 'correct'],
    ['New  York', 'New\nYork', 'correct'],
    ['Zürich', 'Zu\u0308rich', 'correct'],
    ['Paris', 'paris', 'wrong'],
    ['Paris', 'Paris.', 'wrong'],
    ['Paris', 'It is Paris', 'wrong'],
    ['4', '', 'wrong'],
  ])('of %j with %j is %s', (answer, given, judgement) => {
    expect(judge(exact(answer), given)).toBe(judgement);
  });

  it('ignores case where the item says so', () => {
    expect(judge(exact('PARIS', true), 'paris')).toBe('correct');
    expect(judge(exact('PARIS', true), 'rome')).toBe('wrong');
  });
});

describe('multiple choice', () => {
  it.each([
    'B',
    'b',
    ' B\n',
    'B.',
    'B) Berlin',
    '(B)',
    '[b]',
    '**B**',
    'B: Berlin',
    'Answer: B',
    'The answer is B.',
    'B, of course',
  ])('reads %j as the right one', (answer) => {
    expect(judge(choice, answer)).toBe('correct');
  });

  it.each(['A', 'C.', '(a)', 'The correct answer is C'])('reads %j as a wrong one', (answer) => {
    expect(judge(choice, answer)).toBe('wrong');
  });

  it.each(['', 'D', 'Berlin', 'A city', 'I think it is B', 'Because', 'None', '2', 'The answer', '?', 'AB'])(
    'cannot make out a choice in %j',
    (answer) => {
      expect(judge(choice, answer)).toBe('unparsable');
    },
  );

  it('is asked with letters and without the answer', () => {
    expect(promptOf(choice)).toBe(
      'What is the capital of Germany?\nA. Munich\nB. Berlin\nC. Bonn\nAnswer with one letter from A to C only.',
    );
    expect(promptOf(exact('42'))).toBe('?');
  });
});
