import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ITEMS, MAX_SUITE_BYTES, parseSuite } from './suite.js';

const exact = { id: 'a', type: 'exact_match', prompt: '2+2?', answer: '4' };
const choice = { id: 'b', type: 'multiple_choice', prompt: 'Which?', choices: ['x', 'y'], answer: 1 };
const jsonl = (...items: object[]) => items.map((item) => JSON.stringify(item)).join('\n');

const problemsOf = (text: string) => {
  const parsed = parseSuite(text);
  return parsed.ok ? [] : parsed.problems;
};

describe('parseSuite', () => {
  it('reads both kinds of items and names the suite by its digest', () => {
    const text = `${jsonl({ ...exact, ignore_case: true, max_tokens: 9 })}\n\n${jsonl(choice)}\n`;
    expect(parseSuite(text)).toEqual({
      ok: true,
      suite: {
        sha256: createHash('sha256').update(text).digest('hex'),
        items: [
          { id: 'a', type: 'exact_match', prompt: '2+2?', answer: '4', ignoreCase: true, maxTokens: 9 },
          { id: 'b', type: 'multiple_choice', prompt: 'Which?', choices: ['x', 'y'], answer: 1, maxTokens: undefined },
        ],
      },
    });
  });

  it('reads lines that end as on Windows', () => {
    expect(parseSuite(`${jsonl(exact)}\r\n${jsonl(choice)}\r\n`).ok).toBe(true);
  });

  it.each([
    ['not JSON', '{', 'is not valid JSON'],
    ['no object', '3', ''],
    ['another type', jsonl({ ...exact, type: 'vibes' }), 'type'],
    ['no answer', jsonl({ ...exact, answer: undefined }), 'answer'],
    ['an empty prompt', jsonl({ ...exact, prompt: '' }), 'prompt'],
    ['an unknown field', jsonl({ ...exact, anser: '4' }), 'anser'],
    ['one choice', jsonl({ ...choice, choices: ['x'], answer: 0 }), 'choices'],
    ['27 choices', jsonl({ ...choice, choices: Array(27).fill('x') }), 'choices'],
    ['an answer that is no choice', jsonl({ ...choice, answer: 2 }), 'answer'],
    ['a negative answer', jsonl({ ...choice, answer: -1 }), 'answer'],
    ['an answer in words', jsonl({ ...choice, answer: 'y' }), 'answer'],
    ['no tokens', jsonl({ ...exact, max_tokens: 0 }), 'max_tokens'],
  ])('refuses %s and names the line', (_what, line, part) => {
    const problems = problemsOf(`${jsonl({ ...exact, id: 'good' })}\n\n${line}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.line).toBe(3);
    expect(problems[0]?.message).toContain(part);
  });

  it('refuses an id that was used before and names both lines', () => {
    expect(problemsOf(jsonl(exact, { ...choice, id: 'a' }))).toEqual([
      { line: 2, message: 'id: is that of line 1 already' },
    ]);
  });

  it('refuses nothing, too much, and too many', () => {
    expect(problemsOf('\n \n')[0]?.message).toContain('at least one');
    expect(problemsOf('x'.repeat(MAX_SUITE_BYTES + 1))[0]?.message).toContain('bytes');
    expect(problemsOf('é'.repeat(MAX_SUITE_BYTES / 2 + 1))[0]?.message).toContain('bytes');
    const many = Array.from({ length: MAX_ITEMS + 1 }, (_, index) => ({ ...exact, id: String(index) }));
    expect(problemsOf(jsonl(...many))).toEqual([
      { line: MAX_ITEMS + 1, message: `a suite has at most ${MAX_ITEMS} items` },
    ]);
    expect(parseSuite(jsonl(...many.slice(1))).ok).toBe(true);
  });

  it('tells ten problems at most and never quotes a line', () => {
    const problems = problemsOf(Array(50).fill('{"id":"hush').join('\n'));
    expect(problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(JSON.stringify(problems)).not.toContain('hush');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.json()).map((lines) => lines.join('\n')),
        ),
        (text) => {
          const parsed = parseSuite(text);
          if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
