import { fakeSource } from '@weir/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { readWith } from '../wire/door-body.js';
import { DoorTraffic } from '../door-traffic.service.js';
import type { Detection } from '../inspection/detection.js';
import { doorFixture, type DoorFixture } from '../inspection/inspection.fixture.js';
import { ModerationHttp } from './moderation.http.js';
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

  it.each([
    ['hate/threatening', 'hate'],
    ['harassment/threatening', 'harassment'],
    ['illicit/violent', 'illicit'],
    ['self-harm/intent', 'self-harm'],
    ['sexual/minors', 'sexual'],
    ['violence/graphic', 'violence'],
  ])('counts %s as %s too, and not the other way round', (narrow, wide) => {
    const { categories, category_scores } = moderationResult([found(narrow, 0.8), found(wide, 0.1)], 0.5);
    expect(Object.entries(categories).filter(([, is]) => is)).toHaveLength(2);
    expect(category_scores).toMatchObject({ [narrow]: 0.8, [wide]: 0.8 });
    const other = moderationResult([found(narrow, 0.1), found(wide, 0.8)], 0.5);
    expect(other.category_scores).toMatchObject({ [narrow]: 0.1, [wide]: 0.8 });
  });

  it('flags nothing below the threshold', () => {
    expect(moderationResult([found('hate', 0.49)], 0.5).flagged).toBe(false);
    expect(moderationResult([], 0.5).flagged).toBe(false);
  });
});

describe('the moderation API', () => {
  let doors: DoorFixture;
  let door: ModerationHttp;
  beforeEach(() => {
    const source = fakeSource();
    doors = doorFixture(source);
    door = new ModerationHttp(doors.inspection, new DoorTraffic(doors.metrics), source);
  });
  const moderate = (body: unknown) => door.moderate(body, doors.call as never);

  it('has an id, the model that was named, and one result for each text', async () => {
    const { id, model, results } = await moderate({ input: ['a', '', 'b'], model: 'text-moderation-latest' });
    expect(id).toMatch(/^modr-[0-9a-f]{32}$/);
    expect(model).toBe('text-moderation-latest');
    expect(results).toHaveLength(3);
  });

  it('names a model of its own where none was, and judges parts together', async () => {
    const input = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    const answer = await moderate({ input, model: null });
    expect(answer).toMatchObject({ model: 'weir-moderation', results: [{ flagged: false }] });
    expect(doors.recorded.map(({ input: { texts } }) => texts.map(({ text }) => text))).toEqual([['a\nb']]);
  });

  it('records what counts as one decision, in the name of the key', async () => {
    await moderate({ input: ['hate', 'fine'] });
    expect(doors.recorded).toMatchObject([
      { decision: { action: 'flag', findings: [{ path: 'input.0' }] }, subject: { apiKeyId: 'key' } },
    ]);
  });

  it('counts requests and refusals', async () => {
    await moderate({ input: 'a' });
    await expect(moderate({ input: 1 })).rejects.toMatchObject({ code: 'invalid_request', httpStatus: 400 });
    const { body } = await doors.metrics.render();
    expect(body).toContain('weir_guardrails_door_requests_total{door="openai",code="ok"} 1');
    expect(body).toContain('weir_guardrails_door_requests_total{door="openai",code="invalid_request"} 1');
  });
});
