import { inferenceV1 } from '@weir/contracts';
import { fakeSource } from '@weir/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { readWith } from '../wire/door-body.js';
import { doorFixture, type DoorFixture } from '../inspection/inspection.fixture.js';
import { chatCompletionBody, textCompletionBody } from './completion-bodies.js';
import { CompletionService } from './completion.service.js';
import { TaskService } from './task.service.js';
import type { ClassificationBody } from './task-bodies.js';

const CARD = '4111 1111 1111 1111';
const { ChatResponse, ChatStreamResponse } = inferenceV1;

type Chunk = Parameters<typeof ChatStreamResponse.fromPartial>[0];

/** A model that says what a test gave it. */
class Script {
  readonly asked: inferenceV1.ChatInput[] = [];
  answer: Parameters<typeof ChatResponse.fromPartial>[0] = {};
  chunks: Chunk[] = [];

  async complete(input: inferenceV1.ChatInput) {
    this.asked.push(input);
    return ChatResponse.fromPartial(this.answer);
  }

  async *stream(input: inferenceV1.ChatInput) {
    this.asked.push(input);
    for (const chunk of this.chunks) yield ChatStreamResponse.fromPartial(chunk);
  }
}

let doors: DoorFixture;
let script: Script;
let completions: CompletionService;
let tasks: TaskService;

beforeEach(() => {
  const source = fakeSource();
  doors = doorFixture(source);
  script = new Script();
  completions = new CompletionService(doors.inspection, script as never, source);
  tasks = new TaskService(doors.inspection, script as never);
});

const detectors = { input: { pii: {} }, output: { pii: {}, 'prompt-injection': {} } };
const chatOf = (content: string, more: object = {}) =>
  readWith(chatCompletionBody, { model: 'm', messages: [{ role: 'user', content }], detectors, ...more });

async function all(events: AsyncIterable<object>): Promise<Record<string, never>[]> {
  const list: object[] = [];
  for await (const event of events) list.push(event);
  return list as Record<string, never>[];
}

describe('CompletionService.complete', () => {
  it('generates nothing for what is unsuitable, and says by message why', async () => {
    const messages = [
      { role: 'system', content: CARD },
      { role: 'user', content: `😀 ${CARD}` },
      { role: 'assistant', content: 'thanks' },
      { role: 'user', content: 'mail a@b.co' },
    ];
    const body = await completions.complete(chatOf('', { messages }), doors.call);
    expect(script.asked).toEqual([]);
    expect(body).toMatchObject({
      object: 'chat.completion',
      choices: [],
      usage: { total_tokens: 0 },
      detections: {
        input: [
          { message_index: 1, results: [{ start: 2, end: 21, text: CARD, detector_id: 'pii' }] },
          { message_index: 3, results: [{ start: 5, end: 11 }] },
        ],
      },
      warnings: [{ type: 'UNSUITABLE_INPUT' }],
    });
  });

  it('answers with what was found in each choice, in what it says and in what it calls', async () => {
    const toolCalls = [{ id: 'c', name: 'pay', arguments: `{"card":"${CARD}"}` }];
    script.answer = {
      usage: { inputTokens: 3, outputTokens: 4 },
      choices: [
        { message: { content: 'fine' }, finishReason: 'stop' },
        { message: { content: '', toolCalls }, finishReason: 'tool_calls' },
      ],
    };
    const body = await completions.complete(chatOf('hi', { n: 2 }), doors.call);
    expect(body).toMatchObject({
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      choices: [
        { index: 0, message: { role: 'assistant', content: 'fine', refusal: null }, finish_reason: 'stop' },
        {
          index: 1,
          message: { content: null, tool_calls: [{ id: 'c', type: 'function' }] },
          finish_reason: 'tool_calls',
        },
      ],
      detections: { output: [{ choice_index: 1, results: [{ start: 9, end: 28, text: CARD }] }] },
      warnings: [{ type: 'UNSUITABLE_OUTPUT' }],
    });
  });

  it('adds nothing where nothing is found, and warns of an empty answer', async () => {
    script.answer = { choices: [{ message: { content: 'fine' }, finishReason: 'stop' }] };
    const body = await completions.complete(chatOf('hi'), doors.call);
    expect(body).not.toHaveProperty('detections');
    expect(body).not.toHaveProperty('warnings');
    script.answer = { choices: [{ message: { content: '' }, finishReason: 'stop' }] };
    expect(await completions.complete(chatOf('hi'), doors.call)).toMatchObject({
      warnings: [{ type: 'EMPTY_OUTPUT' }],
    });
  });

  it('asks for unknown detectors before anything is generated', async () => {
    const request = chatOf('hi', { detectors: { output: { nobody: {} } } });
    await expect(completions.complete(request, doors.call)).rejects.toMatchObject({ code: 'not_found' });
    expect(script.asked).toEqual([]);
  });

  it('writes the completion of a text in its own form', async () => {
    script.answer = { choices: [{ message: { content: CARD }, finishReason: 'length' }] };
    const request = readWith(textCompletionBody, { model: 'm', prompt: 'p', detectors });
    expect(await completions.complete(request, doors.call)).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text: CARD, logprobs: null, finish_reason: 'length' }],
      detections: { output: [{ choice_index: 0 }] },
    });
  });
});

describe('CompletionService.stream', () => {
  const stream = (more: object = {}) => all(completions.stream(chatOf('hi', { stream: true, ...more }), doors.call));

  it('lets a sentence out with what was found in it', async () => {
    script.chunks = [
      { delta: 'Hi. Pay 4111 1111' },
      { delta: ' 1111 1111 now. ' },
      { delta: 'Bye.' },
      { finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } },
    ];
    const events = await stream({ stream_options: { include_usage: true } });
    expect(events).toMatchObject([
      { choices: [{ delta: { content: 'Hi. ' } }], detections: { output: [{ choice_index: 0, results: [] }] } },
      {
        choices: [{ delta: { content: `Pay ${CARD} now. ` } }],
        detections: { output: [{ choice_index: 0, results: [{ start: 8, end: 27, text: CARD }] }] },
        warnings: [{ type: 'UNSUITABLE_OUTPUT' }],
      },
      { choices: [{ delta: { content: 'Bye.' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: { total_tokens: 3 } },
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  });

  it('keeps choices apart and gives tool calls when they are whole', async () => {
    const call = (text: string, more: object = {}) => ({
      index: 1,
      toolCalls: [{ index: 0, arguments: text, ...more }],
    });
    script.chunks = [
      { index: 0, delta: '4111 1111 ' },
      call('{"card":"4111 1111', { id: 'c', name: 'pay' }),
      { index: 0, delta: '1111 1111' },
      call(' 1111 1111"}'),
      { index: 0, finishReason: 'stop' },
      { index: 1, finishReason: 'tool_calls' },
    ];
    const events = await stream({ n: 2 });
    expect(events).toMatchObject([
      {
        choices: [{ index: 0, delta: { content: CARD } }],
        detections: { output: [{ choice_index: 0, results: [{}] }] },
      },
      { choices: [{ index: 0, finish_reason: 'stop' }] },
      {
        choices: [{ index: 1, delta: { tool_calls: [{ index: 0, id: 'c', function: { name: 'pay' } }] } }],
        detections: { output: [{ choice_index: 1, results: [{ start: 9, end: 28 }] }] },
      },
      { choices: [{ index: 1, finish_reason: 'tool_calls' }] },
    ]);
  });

  it('lets thoughts out before the answer', async () => {
    script.chunks = [{ reasoningDelta: 'I see' }, { delta: 'Yes. But' }, { finishReason: 'stop' }];
    expect(await stream()).toMatchObject([
      { choices: [{ delta: { reasoning_content: 'I see' } }] },
      { choices: [{ delta: { content: 'Yes. ' } }] },
      { choices: [{ delta: { content: 'But' } }] },
      { choices: [{ finish_reason: 'stop' }] },
    ]);
  });

  it('passes every piece at once where nothing is inspected', async () => {
    script.chunks = [{ delta: '4111 ' }, { delta: '1' }, { finishReason: 'stop' }];
    const events = await stream({ detectors: {} });
    expect(events.map(({ choices }) => choices)).toMatchObject([
      [{ delta: { content: '4111 ' } }],
      [{ delta: { content: '1' } }],
      [{ finish_reason: 'stop' }],
    ]);
    expect(events.some((event) => 'detections' in event)).toBe(false);
  });

  it('says what is unsuitable in one event, and generates nothing', async () => {
    expect(await all(completions.stream(chatOf(CARD, { stream: true }), doors.call))).toMatchObject([
      { choices: [], detections: { input: [{ message_index: 0 }] }, warnings: [{ type: 'UNSUITABLE_INPUT' }] },
    ]);
    expect(script.asked).toEqual([]);
  });

  it('warns of a choice that says nothing and refuses more of them than were asked for', async () => {
    script.chunks = [{ finishReason: 'stop' }];
    expect(await stream()).toMatchObject([{ warnings: [{ type: 'EMPTY_OUTPUT' }] }]);
    script.chunks = [
      { index: 0, delta: 'a' },
      { index: 1, delta: 'b' },
    ];
    await expect(stream()).rejects.toMatchObject({ code: 'upstream_error' });
  });

  it('records what was inspected when its reader leaves', async () => {
    script.chunks = [{ delta: `${CARD}. And` }, { delta: ' more' }];
    const events = completions.stream(chatOf('hi', { stream: true }), doors.call);
    await events.next();
    doors.recorded.length = 0;
    await events.return(undefined);
    expect(doors.recorded.map(({ decision }) => decision.stage)).toEqual(['output', 'output']);
  });
});

describe('TaskService', () => {
  const body = (more: Partial<ClassificationBody> = {}): ClassificationBody => ({
    model_id: 'm',
    inputs: 'hi',
    guardrail_config: { input: { models: { pii: {} } }, output: { models: { pii: {} } } },
    ...more,
  });

  it('classifies what is answered', async () => {
    script.answer = {
      usage: { inputTokens: 3, outputTokens: 9 },
      choices: [{ message: { content: `Pay ${CARD}` }, finishReason: 'length' }],
    };
    expect(await tasks.classify(body({ text_gen_parameters: { seed: 5 } }), doors.call)).toEqual({
      generated_text: `Pay ${CARD}`,
      token_classification_results: {
        output: [
          { start: 4, end: 23, word: CARD, entity: 'CREDIT_CARD', entity_group: 'pii', detector_id: 'pii', score: 1 },
        ],
      },
      finish_reason: 'MAX_TOKENS',
      generated_token_count: 9,
      seed: 5,
      input_token_count: 3,
      warnings: [{ id: 'UNSUITABLE_OUTPUT', message: 'Unsuitable output detected.' }],
    });
  });

  it('looks at the masked parts of the input only', async () => {
    const inputs = `😀 ${CARD} and a@b.co`;
    const masked = (masks: [number, number][]) =>
      tasks.classify(body({ inputs, guardrail_config: { input: { models: { pii: {} }, masks } } }), doors.call);
    expect(await masked([[26, 32]])).toMatchObject({
      token_classification_results: { input: [{ start: 26, end: 32, word: 'a@b.co' }] },
      warnings: [{ id: 'UNSUITABLE_INPUT' }],
    });
    script.answer = { choices: [{ message: { content: 'ok' }, finishReason: 'stop' }] };
    expect(await masked([[0, 2]])).toMatchObject({ generated_text: 'ok', finish_reason: 'EOS_TOKEN' });
    await expect(masked([[0, 33]])).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('streams sentence by sentence, with the end of the answer last', async () => {
    script.chunks = [{ delta: `${CARD}. ` }, { delta: 'Bye.' }, { finishReason: 'stop', usage: { outputTokens: 4 } }];
    expect(await all(tasks.classifyStream(body(), doors.call))).toMatchObject([
      { generated_text: `${CARD}. `, start_index: 0, processed_index: 21, warnings: [{ id: 'UNSUITABLE_OUTPUT' }] },
      { generated_text: 'Bye.', start_index: 21, processed_index: 25, token_classification_results: {} },
      { generated_text: '', finish_reason: 'EOS_TOKEN', generated_token_count: 4, start_index: 25 },
    ]);
  });

  it('answers a prompt with what was found in its answer', async () => {
    script.answer = { choices: [{ message: { content: 'a@b.co' }, finishReason: 'stop' }] };
    const request = { model_id: 'm', prompt: 'p', detectors: { pii: {} } };
    expect(await tasks.generateAndDetect(request, doors.call)).toMatchObject({
      generated_text: 'a@b.co',
      detections: [{ detection: 'EMAIL_ADDRESS', detector_id: 'pii', score: 1 }],
      input_token_count: 0,
    });
    script.answer = {};
    await expect(tasks.generateAndDetect(request, doors.call)).rejects.toMatchObject({ code: 'upstream_error' });
  });
});
