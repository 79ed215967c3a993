import { fakeSource } from '@weir/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { DoorTraffic } from '../door-traffic.service.js';
import { doorFixture, type DoorFixture } from '../inspection/inspection.fixture.js';
import { emptyWarning, taskWarning, warningOf } from './detector-results.js';
import { orchestratorError } from './orchestrator-error.js';
import { TextDetectionHttp } from './text-detection.http.js';
import { WeirError } from '@weir/errors';

const CARD = '4111 1111 1111 1111';
const user = (content: unknown) => ({ role: 'user', content });

describe('the orchestrator on texts that are there', () => {
  let doors: DoorFixture;
  let door: TextDetectionHttp;
  beforeEach(() => {
    doors = doorFixture(fakeSource());
    door = new TextDetectionHttp(doors.inspection, new DoorTraffic(doors.metrics));
  });
  const ask = (what: 'content' | 'chat' | 'context' | 'generated', body: unknown) =>
    door[what](Buffer.from(JSON.stringify(body)), doors.call as never);

  it('places what several detectors find in one text, by place and with the id that asked', async () => {
    const detectors = { toxicity: {}, pii: {}, shop: {} };
    const { detections } = await ask('content', { detectors, content: `😀 ${CARD} hate` });
    expect(
      detections.map((found) => [
        'start' in found && found.start,
        found.detector_id,
        found.detection_type,
        found.detection,
      ]),
    ).toEqual([
      [2, 'pii', 'pii', 'CREDIT_CARD'],
      [2, 'shop', 'mask', 'CREDIT_CARD'],
      [22, 'toxicity', 'custom', 'toxicity'],
    ]);
  });

  it('gives a detector its parameters, and null for none', async () => {
    const at = async (threshold: number) =>
      (await ask('content', { detectors: { toxicity: { threshold } }, content: 'hate' })).detections.length;
    expect([await at(0.9), await at(0.91)]).toEqual([1, 0]);
    expect(await ask('content', { detectors: { pii: null }, content: CARD })).toMatchObject({
      detections: [{ start: 0 }],
    });
  });

  it('answers on conversations, contexts and answers without places', async () => {
    const found = [{ detection_type: 'pii', detection: 'CREDIT_CARD', detector_id: 'pii', score: 1 }];
    const detectors = { pii: {} };
    for (const { detections } of [
      await ask('chat', { detectors, messages: [user('hi'), { role: 'assistant', content: CARD }], tools: null }),
      await ask('context', { detectors, content: CARD, context_type: 'docs', context: ['a'] }),
      await ask('generated', { detectors, prompt: 'which?', generated_text: CARD }),
    ]) {
      expect(detections).toMatchObject(found);
      expect(detections[0]).not.toHaveProperty('start');
    }
  });

  it.each([
    ['content', {}, 'detectors'],
    ['content', { detectors: {}, content: 'a' }, 'detectors'],
    ['content', { detectors: { pii: 1 }, content: 'a' }, 'detectors.pii'],
    ['content', { detectors: { pii: { threshold: -1 } }, content: 'a' }, 'detectors.pii.threshold'],
    ['content', { detectors: { pii: {} } }, 'content'],
    ['content', { detectors: { pii: {} }, content: '' }, 'content'],
    ['chat', { detectors: { pii: {} }, messages: [] }, 'messages'],
    ['chat', { detectors: { pii: {} }, messages: [user([{ type: 'text' }])] }, 'messages[0].content[0].text'],
    ['context', { detectors: { pii: {} }, content: 'a', context_type: 'url' }, 'context'],
    ['context', { detectors: { pii: {} }, content: 'a', context: ['b'] }, 'context_type'],
    ['generated', { detectors: { pii: {} }, prompt: '', generated_text: 'a' }, 'prompt'],
    ['generated', { detectors: { pii: {} }, prompt: 'a', generated_text: '' }, 'generated_text'],
  ] as const)('refuses a wrong body of %s: %j', async (what, body, param) => {
    await expect(ask(what, body)).rejects.toMatchObject({ code: 'invalid_request', httpStatus: 422, param });
  });

  it.each([
    [{ detectors: { pii: {} }, messages: [user([{ type: 'image_url' }])] }, 'messages[0].content[0].type'],
    [{ detectors: { pii: { temperature: 1 } }, messages: [user('a')] }, 'detectors.pii.temperature'],
    [{ detectors: { pii: {} }, messages: [user('a')], model: 'm' }, 'model'],
  ])('refuses by name what it cannot do: %j', async (body, param) => {
    await expect(ask('chat', body)).rejects.toMatchObject({ code: 'unsupported_parameter', httpStatus: 422, param });
  });

  it('knows no more detectors than there are, and takes no more than 32', async () => {
    await expect(ask('content', { detectors: { nope: {} }, content: 'a' })).rejects.toMatchObject({
      code: 'not_found',
      httpStatus: 404,
    });
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`d${at}`, {}]));
    await expect(ask('content', { detectors: many, content: 'a' })).rejects.toThrow('at most 32');
  });

  it('is healthy as long as it answers', () => {
    expect(door.info().services).toEqual({ detectors: { status: 'HEALTHY' }, chunkers: { status: 'HEALTHY' } });
  });
});

describe('its warnings and errors', () => {
  it('say in its words what is the matter', () => {
    expect(warningOf('UNSUITABLE_OUTPUT')).toEqual({
      type: 'UNSUITABLE_OUTPUT',
      message: 'Unsuitable output detected.',
    });
    expect(emptyWarning(3)).toEqual({
      type: 'EMPTY_OUTPUT',
      message: 'Choice of index 3 has no content. Output detection was not executed',
    });
    const { message } = warningOf('UNSUITABLE_INPUT');
    expect(taskWarning(warningOf('UNSUITABLE_INPUT'))).toEqual({ id: 'UNSUITABLE_INPUT', message });
  });

  it('have a code and details', () => {
    expect(orchestratorError(new WeirError('not_found', 'no such'))).toEqual({ code: 404, details: 'no such' });
  });
});
