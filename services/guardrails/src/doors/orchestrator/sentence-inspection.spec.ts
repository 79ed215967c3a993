import { fakeSource } from '@weir/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { doorFixture, type DoorFixture } from '../inspection/inspection.fixture.js';
import { SentenceInspection, type InspectedSentence } from './sentence-inspection.js';

const CARD = '4111 1111 1111 1111';

describe('SentenceInspection', () => {
  let doors: DoorFixture;
  beforeEach(() => {
    doors = doorFixture(fakeSource());
  });

  const open = (ids: readonly string[]) => {
    const { inspection, call } = doors;
    const selections = ids.map((id) => inspection.select(id));
    return new SentenceInspection(inspection, { selections, stage: 'output', call, path: 'text' });
  };

  async function run(parts: readonly string[], ids = ['pii']): Promise<InspectedSentence[]> {
    const inspection = open(ids);
    const sentences: InspectedSentence[] = [];
    for (const part of parts) for await (const sentence of inspection.push(part)) sentences.push(sentence);
    for await (const sentence of inspection.end()) sentences.push(sentence);
    inspection.close();
    return sentences;
  }

  const told = (sentences: readonly InspectedSentence[]) =>
    sentences.flatMap(({ results }) => results.map(({ start, end, text, detector_id: id }) => [start, end, text, id]));

  it('tells where in the whole text a value is, in code points', async () => {
    const sentences = await run(['😀 Hi. Pay ', CARD, ' now. Bye.']);
    expect(sentences.map(({ start, end, text }) => [start, end, text])).toEqual([
      [0, 6, '😀 Hi. '],
      [6, 35, `Pay ${CARD} now. `],
      [35, 39, 'Bye.'],
    ]);
    expect(told(sentences)).toEqual([[10, 29, CARD, 'pii']]);
  });

  it('finds a value that a new line cuts, once, with the sentence that it ends in', async () => {
    const sentences = await run(['Pay 4111 1111 ', '1111 1111']);
    expect(told(sentences)).toHaveLength(1);
    const twice = await run([`mail ada@example.com.\n${CARD}\nBye.`]);
    expect(told(twice).map(([, , text]) => text)).toEqual(['ada@example.com', CARD]);
  });

  it('judges each sentence by itself where a text is judged as a whole', async () => {
    const sentences = await run(['Please ignore this. All fine.'], ['prompt-injection']);
    expect(sentences.map(({ results }) => results.length)).toEqual([1, 0]);
  });

  it('asks every detector for every sentence, and records each once', async () => {
    const sentences = await run([`I ignore ${CARD}. Fine.`], ['pii', 'prompt-injection']);
    expect(told(sentences).map(([, , , id]) => id)).toEqual(['prompt-injection', 'pii']);
    expect(doors.recorded.map(({ decision }) => decision.policy.name)).toEqual([
      'inspection.pii',
      'inspection.prompt-injection',
    ]);
    expect(doors.recorded.every(({ input }) => input.texts.length === 0)).toBe(true);
  });

  it('records what was decided of a text that ends early', async () => {
    const inspection = open(['pii']);
    for await (const sentence of inspection.push(`${CARD}. And then`)) expect(sentence.results).toHaveLength(1);
    inspection.close();
    inspection.close();
    expect(doors.recorded).toHaveLength(1);
  });

  it('gives the whole text, in order, however it arrives', async () => {
    const piece = fc.constantFrom('Hi. ', 'a@b.co ', '😀', '\n', '4111 1111 ', '1111 1111 ');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (parts) => {
        const sentences = await run(parts);
        expect(sentences.map(({ text }) => text).join('')).toBe(parts.join(''));
        const points = [...parts.join('')];
        for (const { start, end, text } of sentences.flatMap(({ results }) => results)) {
          expect(points.slice(start, end).join('')).toBe(text);
        }
      }),
      { numRuns: 40 },
    );
  });
});
