import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatTurnMessage } from '../../engine/src/protocol.js';
import { startChild, textOf, type TestChild } from './child-fixture.js';

const CONVERSATIONS = 8;
const TURNS = 6;
const subjects = ['rivers', 'bread', 'bridges', 'violins', 'tides', 'maps', 'bees', 'clocks'];

describe('prefix reuse', () => {
  let engine: TestChild;

  beforeAll(async () => void (engine = await startChild(CONVERSATIONS, 1_024)));
  afterAll(() => engine[Symbol.asyncDispose]());

  it('continues each of eight conversations over eight slots on the slot that holds it', async () => {
    const histories = subjects.map((): ChatTurnMessage[] => [{ role: 'system', content: 'You answer shortly.' }]);
    let prompts = 0;
    let cached = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      const order = subjects.map((_, index) => (index * 3 + turn) % CONVERSATIONS);
      const answers = order.map(async (who) => {
        const history = histories[who]!;
        history.push({ role: 'user', content: `Question ${turn + 1}: what should I know about ${subjects[who]}?` });
        const asked = { kind: 'chat' as const, turns: [...history] };
        const { text, last } = await textOf(engine.start(asked, { temperature: 0, maxTokens: 16 }));
        history.push({ role: 'assistant', content: text });
        return last!.usage!;
      });
      for (const usage of await Promise.all(answers)) {
        if (turn === 0) continue;
        prompts += usage.inputTokens;
        cached += usage.cachedInputTokens;
      }
    }
    console.info(
      `cached ${cached} of ${prompts} prompt tokens after the first turn: ${((100 * cached) / prompts).toFixed(1)} %`,
    );
    expect(cached / prompts).toBeGreaterThanOrEqual(0.8);
  }, 120_000);
});
