import { describe, expect, it } from 'vitest';
import { readWith } from '../wire/door-body.js';
import type { Detection } from '../inspection/detection.js';
import { MAX_INPUTS, moderationBody } from './moderation-body.js';
import { moderationResult } from './moderation-result.js';

const found = (detection: string, score: number) => ({ detection, score }) as Detection;

describe('moderationBody', () => {
  it.each([
    ['one', ['one']],
    [
      ['one', ''],
      ['one', ''],
    ],
    [
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      ['a\nb'],
    ],
  ])('reads %j', (input, texts) => {
    expect(readWith(moderationBody, { input, model: 'omni-moderation-latest' }).input).toEqual(texts);
  });

  it.each([
    [{}, 'input', 'invalid_request'],
    [{ input: [] }, 'input', 'invalid_request'],
    [{ input: ['a', 1] }, 'input[1]', 'invalid_request'],
    [
      {
        input: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: {} },
        ],
      },
      'input[1].type',
      'unsupported_parameter',
    ],
    [{ input: Array.from({ length: MAX_INPUTS + 1 }, () => '') }, 'input', 'invalid_request'],
    [{ input: 'a', stream: true }, 'stream', 'unsupported_parameter'],
  ])('refuses %o', (body, param, code) => {
    expect(() => readWith(moderationBody, body)).toThrow(expect.objectContaining({ param, code }));
  });
});

describe('moderationResult', () => {
  it('has the thirteen categories, flagged by their highest score', () => {
    const result = moderationResult(
      [found('hate', 0.2), found('hate', 0.6), found('sexual', 0.49), found('toxic', 1)],
      0.5,
    );
    expect(Object.keys(result.categories)).toHaveLength(13);
    expect(result).toMatchObject({
      flagged: true,
      categories: { hate: true, sexual: false, 'self-harm': false },
      category_scores: { hate: 0.6, sexual: 0.49, 'self-harm': 0 },
      category_applied_input_types: { hate: ['text'], 'violence/graphic': ['text'] },
    });
    expect(result.categories).not.toHaveProperty('toxic');
  });

  it('flags nothing below the threshold', () => {
    expect(moderationResult([found('hate', 0.49)], 0.5).flagged).toBe(false);
    expect(moderationResult([], 0.5).flagged).toBe(false);
  });
});
