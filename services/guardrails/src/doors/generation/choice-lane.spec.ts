import { inferenceV1 } from '@weir/contracts';
import { fakeSource } from '@weir/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { doorFixture, type DoorFixture } from '../inspection/inspection.fixture.js';
import { ChoiceLane, type LanePart } from './choice-lane.js';

const CARD = '4111 1111 1111 1111';
const { ChatStreamResponse } = inferenceV1;
type Chunk = Parameters<typeof ChatStreamResponse.fromPartial>[0];

describe('one choice of a stream', () => {
  let doors: DoorFixture;
  beforeEach(() => {
    doors = doorFixture(fakeSource());
  });
  const laneOf = (...ids: readonly string[]) =>
    new ChoiceLane(doors.inspection, {
      selections: ids.map((id) => doors.inspection.select(id)),
      messages: [{ role: 'user', content: 'hi' }],
      call: doors.call,
      index: 1,
    });
  const take = (lane: ChoiceLane, chunk: Chunk) => all(lane.take(ChatStreamResponse.fromPartial(chunk)));

  async function all(parts: AsyncIterable<LanePart>): Promise<LanePart[]> {
    const list: LanePart[] = [];
    for await (const part of parts) list.push(part);
    return list;
  }

  it('goes straight through where nothing is inspected', async () => {
    const lane = laneOf();
    expect(await take(lane, { delta: 'On', reasoningDelta: 'hm' })).toEqual([
      { reasoning: 'hm' },
      { content: 'On', logprobs: [] },
    ]);
    expect(await take(lane, { toolCalls: [{ name: 't', arguments: '{' }] })).toMatchObject([
      { toolCalls: [{ name: 't' }] },
    ]);
    expect(await all(lane.end())).toEqual([]);
    lane.close();
    expect(doors.recorded).toEqual([]);
  });

  it('gives nothing out before its sentence is decided on', async () => {
    const lane = laneOf('pii');
    expect(await take(lane, { delta: `It is ${CARD.slice(0, 9)}` })).toEqual([]);
    expect(await take(lane, { delta: `${CARD.slice(9)}. ` })).toEqual([]);
    const [part] = await take(lane, { delta: 'Now' });
    expect(part).toMatchObject({ content: `It is ${CARD}. `, results: [{ start: 6, end: 25, detector_id: 'pii' }] });
    expect(await all(lane.end())).toMatchObject([{ content: 'Now', results: [] }]);
  });

  it('thinks before it speaks, and what it thinks is inspected as well', async () => {
    const lane = laneOf('pii');
    expect(await take(lane, { reasoningDelta: `the card ${CARD}` })).toEqual([]);
    expect(await take(lane, { delta: 'Hello.' })).toMatchObject([
      { reasoning: `the card ${CARD}`, results: [{ start: 9 }] },
    ]);
    expect(await all(lane.end())).toMatchObject([{ content: 'Hello.' }]);
  });

  it('puts tool calls together, and tells what is in their arguments at the end', async () => {
    const lane = laneOf('pii');
    await take(lane, { toolCalls: [{ index: 0, id: 'a', name: 'pa', arguments: '{"card":"4111 1111 ' }] });
    await take(lane, { toolCalls: [{ index: 1, id: 'b', name: 'say', arguments: '{}' }] });
    await take(lane, { toolCalls: [{ index: 0, name: 'y', arguments: '1111 1111"}' }] });
    const [part, ...more] = await all(lane.end());
    expect(more).toEqual([]);
    expect(part?.toolCalls).toEqual([
      { index: 0, id: 'a', name: 'pay', arguments: `{"card":"${CARD}"}` },
      { index: 1, id: 'b', name: 'say', arguments: '{}' },
    ]);
    expect(part?.results).toMatchObject([{ start: 9, end: 28, text: CARD }]);
    expect(lane.isEmpty).toBe(false);
  });

  it('keeps the probabilities of tokens with the sentence that they belong to', async () => {
    const lane = laneOf('pii');
    await take(lane, { delta: 'One. ', logprobs: [{ token: 'One. ', logprob: -1 }] });
    const [part] = await take(lane, { delta: 'Two', logprobs: [{ token: 'Two', logprob: -2 }] });
    expect(part?.logprobs?.map(({ token }) => token)).toEqual(['One. ', 'Two']);
    expect(await all(lane.end())).toMatchObject([{ content: 'Two', logprobs: [] }]);
  });

  it.each<[string, Chunk, boolean]>([
    ['nothing', {}, true],
    ['thoughts alone', { reasoningDelta: 'hm' }, true],
    ['words', { delta: 'a' }, false],
    ['a call', { toolCalls: [{ name: 't' }] }, false],
  ])('is empty or not: %s', async (_, chunk, isEmpty) => {
    const lane = laneOf('pii');
    await take(lane, chunk);
    expect(lane.isEmpty).toBe(isEmpty);
  });

  it('is recorded once by each detector when it is closed, however far it came', async () => {
    const lane = laneOf('pii', 'toxicity');
    await take(lane, { delta: `${CARD}. Then hate. And` });
    lane.close();
    expect(doors.recorded.map(({ decision }) => [decision.policy.name, decision.stage, decision.action])).toEqual([
      ['inspection.pii', 'output', 'flag'],
      ['inspection.toxicity', 'output', 'flag'],
    ]);
  });
});
