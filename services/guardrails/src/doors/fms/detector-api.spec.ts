import { fakeSource } from '@weir/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { DoorTraffic } from '../door-traffic.service.js';
import { doorFixture, type DoorFixture } from '../inspection/inspection.fixture.js';
import { DetectorApiHttp } from './detector-api.http.js';

const CARD = '4111 1111 1111 1111';
const bytes = (body: unknown) => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

describe('the detector API', () => {
  let doors: DoorFixture;
  let api: DetectorApiHttp;
  beforeEach(() => {
    doors = doorFixture(fakeSource());
    api = new DetectorApiHttp(doors.inspection, new DoorTraffic(doors.metrics));
  });

  const contents = (id: string | undefined, body: unknown) => api.contents(id, bytes(body), doors.call as never);
  const chat = (id: string, body: unknown) => api.chat(id, bytes(body), doors.call as never);
  const generation = (id: string, body: unknown) => api.generation(id, bytes(body), doors.call as never);
  const context = (id: string, body: unknown) => api.context(id, bytes(body), doors.call as never);
  const refused = (param: string, code = 'invalid_request', httpStatus = 422) =>
    expect.objectContaining({ code, httpStatus, param });

  it('answers with one list for each text, in order', async () => {
    const answer = await contents('pii', { contents: ['nothing', `😀😀 ${CARD}`, '', 'a@b.co'] });
    expect(answer.map((list) => list.map(({ start, end, text }) => [start, end, text]))).toEqual([
      [],
      [[3, 22, CARD]],
      [],
      [[0, 6, 'a@b.co']],
    ]);
  });

  it('says what found it, with its score, its evidence and its OWASP id', async () => {
    const [[found] = []] = await contents('pii', { contents: [CARD] });
    expect(found).toEqual({
      start: 0,
      end: 19,
      text: CARD,
      detection_type: 'pii',
      detection: 'CREDIT_CARD',
      score: 1,
      evidence: [{ name: 'detector', value: 'pii.card', score: 1 }],
      metadata: { owasp: 'LLM02' },
    });
  });

  it('answers without places where there is no single text', async () => {
    const [found, ...more] = await generation('pii', { prompt: 'which?', generated_text: CARD });
    expect(Object.keys(found ?? {})).toEqual(['detection_type', 'detection', 'score', 'evidence', 'metadata']);
    expect(more).toEqual([]);
    expect(await generation('pii', { prompt: CARD, generated_text: 'no' })).toEqual([]);
    expect(await generation('pii', { prompt: '', generated_text: '' })).toEqual([]);
  });

  it('judges what people, models and tools said, not what the application did', async () => {
    const messages = [
      { role: 'system', content: CARD },
      { role: 'developer', content: CARD },
      { role: 'user', content: [{ type: 'text', text: CARD }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ function: { name: 'pay', arguments: `{"card":"${CARD}"}` } }],
      },
      { role: 'tool', tool_call_id: 'x', content: CARD },
      { role: 'function', name: 'old', content: CARD },
    ];
    expect(await chat('pii', { messages, tools: [] })).toHaveLength(4);
    expect(await chat('pii', { messages: messages.slice(0, 2) })).toEqual([]);
  });

  it.each(['url', 'chunks', 'document', 'docs'])('takes the context type %s', async (context_type) => {
    const body = { content: CARD, context_type, context: ['https://a.example/page'] };
    expect(await context('pii', body)).toMatchObject([{ detection: 'CREDIT_CARD' }]);
    expect(await context('pii', { ...body, content: 'no', context: [CARD] })).toEqual([]);
  });

  it('counts from the threshold that is asked for on', async () => {
    const detections = async (threshold: number | null) =>
      (await contents('toxicity', { contents: ['hate'], detector_params: { threshold } })).flat().length;
    expect([await detections(null), await detections(0.9), await detections(0.91)]).toEqual([1, 1, 0]);
  });

  it('does what TrustyAI’s detector does under its name', async () => {
    const body = {
      contents: [`${CARD} A-12`],
      detector_params: { regex: ['credit-card', 'A-[0-9]+'], file_type: 'json' },
    };
    for (const id of ['built-in-detector', 'regex', 'file_type']) {
      const [found = []] = await contents(id, body);
      expect(found.map(({ detection }) => detection)).toEqual(['invalid_json', 'CREDIT_CARD', 'custom-regex']);
    }
    await expect(contents('built-in-detector', { contents: ['a'] })).rejects.toThrow(refused('detector_params'));
  });

  it.each([
    ['no contents', {}, 'contents'],
    ['an empty list', { contents: [] }, 'contents'],
    ['a text that is none', { contents: ['a', 1] }, 'contents[1]'],
    ['too many texts', { contents: Array.from({ length: 1_025 }, () => '') }, 'contents'],
    ['a parameter that is a list', { contents: ['a'], detector_params: [] }, 'detector_params'],
    [
      'a threshold that is a text',
      { contents: ['a'], detector_params: { threshold: '1' } },
      'detector_params.threshold',
    ],
    ['an empty expression', { contents: ['a'], detector_params: { regex: [''] } }, 'detector_params.regex[0]'],
    ['no expressions', { contents: ['a'], detector_params: { regex: [] } }, 'detector_params.regex'],
    ['a stage that is none', { contents: ['a'], detector_params: { stage: 'later' } }, 'detector_params.stage'],
  ])('refuses %s by its place', async (_, body, param) => {
    await expect(contents('pii', body)).rejects.toThrow(refused(param));
  });

  it.each([
    ['an unknown parameter', { contents: ['a'], detector_params: { custom: ['x'] } }, 'detector_params.custom'],
    ['an unknown field', { contents: ['a'], content: 'a' }, 'content'],
  ])('refuses %s by its name', async (_, body, param) => {
    await expect(contents('pii', body)).rejects.toThrow(refused(param, 'unsupported_parameter'));
  });

  it('tells a detector that is missing from one that is not there', async () => {
    await expect(contents(undefined, { contents: ['a'] })).rejects.toThrow(refused('detector-id'));
    await expect(contents('', { contents: ['a'] })).rejects.toThrow(refused('detector-id'));
    await expect(contents('nope', { contents: ['a'] })).rejects.toThrow(refused('detector-id', 'not_found', 404));
  });

  it.each([
    ['chat', () => chat('pii', { messages: [] }), 'messages'],
    ['chat', () => chat('pii', { messages: [{ role: 'robot', content: 'a' }] }), 'messages[0].role'],
    ['chat', () => chat('pii', { messages: [{ role: 'user', content: 1 }] }), 'messages[0].content'],
    ['generation', () => generation('pii', { prompt: 'a' }), 'generated_text'],
    ['context', () => context('pii', { content: 'a', context_type: 'page', context: ['b'] }), 'context_type'],
    ['context', () => context('pii', { content: 'a', context_type: 'url', context: [] }), 'context'],
  ])('refuses a wrong body of %s', async (_, run, param) => {
    await expect(run()).rejects.toThrow(refused(param));
  });

  it('refuses what is no JSON and what is no UTF-8', async () => {
    await expect(contents('pii', '{')).rejects.toMatchObject({ code: 'invalid_json', httpStatus: 422 });
    const broken = api.contents('pii', Buffer.from([0x22, 0xc3, 0x28, 0x22]), doors.call as never);
    await expect(broken).rejects.toMatchObject({ code: 'invalid_utf8', httpStatus: 422 });
    await expect(api.contents('pii', undefined, doors.call as never)).rejects.toMatchObject({ httpStatus: 422 });
  });

  it('lists every id with what it is', () => {
    const { built_in, policy, custom } = api.registry();
    expect(Object.keys(built_in ?? {})).toEqual(['pii', 'secrets', 'prompt-injection', 'toxicity', 'egress', 'leak']);
    expect(policy).toEqual({ shop: 'Masks cards.', watching: '' });
    expect(Object.keys(custom ?? {})).toEqual(['regex', 'file_type', 'built-in-detector']);
  });
});
