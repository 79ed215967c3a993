import { describe, expect, it } from 'vitest';
import { WeirError } from '@weir/errors';
import { ChildQuestions } from './child-questions.js';

const gone = new WeirError('engine_failed', 'gone');

describe('ChildQuestions', () => {
  it('gives each its answer, in any order', async () => {
    const questions = new ChildQuestions(8);
    const [one, two] = [questions.ask<number>(1), questions.ask<string>(2)];
    questions.answer(2, 'two');
    questions.answer(1, 1);
    questions.answer(3, 'nobody asked');
    expect(await Promise.all([one, two])).toEqual([1, 'two']);
  });

  it('takes no more than it may, and has room again after an answer', async () => {
    const questions = new ChildQuestions(1);
    const first = questions.ask(1);
    expect(() => questions.ask(2)).toThrow(expect.objectContaining({ code: 'engine_overloaded' }));
    questions.refuse(1, gone);
    await expect(first).rejects.toBe(gone);
    const third = questions.ask(3);
    questions.answer(3, 'x');
    expect(await third).toBe('x');
  });

  it('refuses all when the engine is gone', async () => {
    const questions = new ChildQuestions(8);
    const all = [questions.ask(1), questions.ask(2)];
    questions.refuseAll(gone);
    for (const question of all) await expect(question).rejects.toBe(gone);
  });
});
