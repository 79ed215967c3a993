import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleTurn } from '../../test/sample-run.js';
import { LINK_LENGTH, linkedTurns } from './call-links.js';

const calling = (...ids: string[]) =>
  sampleTurn('', { role: 'assistant', toolCalls: ids.map((id) => ({ id, name: 'f', arguments: '{}' })) });
const answering = (toolCallId: string) => sampleTurn('1', { role: 'tool', toolCallId });
const idsOf = (turns: ReturnType<typeof linkedTurns>) =>
  turns.flatMap(({ toolCalls, toolCallId }) => [...toolCalls.map(({ id }) => id), ...(toolCallId ? [toolCallId] : [])]);

it('links calls and their results by ids of its own, in order', () => {
  const secret = 'ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8';
  const turns = [sampleTurn('hi'), calling(secret, 'b'), answering('b'), answering(secret), answering('unknown')];
  const linked = linkedTurns(turns);
  expect(idsOf(linked)).toEqual(['call00000', 'call00001', 'call00001', 'call00000', 'call00002']);
  expect(linked[0]).toEqual(turns[0]);
});

it('keeps equal ids equal and others apart, in nine letters and digits', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 60 }), (ids) => {
      const linked = idsOf(linkedTurns(ids.map((id, index) => (index % 2 ? calling(id) : answering(id)))));
      expect(linked.every((id) => id.length === LINK_LENGTH && /^[a-z0-9]+$/.test(id))).toBe(true);
      const pairs = new Set(ids.map((id, index) => `${linked[index]} ${id}`));
      expect([new Set(linked).size, pairs.size]).toEqual([new Set(ids).size, new Set(ids).size]);
    }),
  );
});
