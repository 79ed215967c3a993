import { Metrics } from '@weir/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { DoorTraffic } from '../door-traffic.service.js';
import { ChunkerGrpc } from './chunker.grpc.js';

describe('the chunkers', () => {
  let chunker: ChunkerGrpc;
  beforeEach(() => {
    chunker = new ChunkerGrpc(new DoorTraffic(new Metrics()), { maxTextChars: 40 } as never);
  });
  const call = (model?: string) =>
    ({ metadata: new Map(model === undefined ? [] : [['mm-model-id', model]]) }) as never;
  const unary = (text: string, model?: string) => chunker.chunkerTokenizationTaskPredict({ text }, call(model));

  async function* messages(texts: readonly string[], first = 0) {
    for (const [at, textStream] of texts.entries()) yield { textStream, inputIndexStream: first + at };
  }
  async function bidi(texts: readonly string[], model?: string, first = 0) {
    const sent = [];
    for await (const one of chunker.bidiStreamingChunkerTokenizationTaskPredict(messages(texts, first), call(model)))
      sent.push(one);
    return sent;
  }

  it('cut a text into sentences that are the text again, in code points', async () => {
    const { results, tokenCount } = await unary('😀 One. Two!\nThree');
    expect(results).toEqual([
      { start: 0, end: 7, text: '😀 One. ' },
      { start: 7, end: 12, text: 'Two!\n' },
      { start: 12, end: 17, text: 'Three' },
    ]);
    expect(tokenCount).toBe(3);
  });

  it.each([['sentence'], [''], [undefined]])('are the sentences where %j is asked for', async (model) => {
    expect((await unary('One. Two.', model)).results).toHaveLength(2);
  });

  it('are the whole text where that is asked for', async () => {
    const { results } = await unary('One. Two.', 'whole_doc_chunker');
    expect(results).toEqual([{ start: 0, end: 9, text: 'One. Two.' }]);
    expect((await unary('', 'whole_doc_chunker')).results).toEqual([]);
    expect(await bidi(['One. ', 'Two.'], 'whole_doc_chunker')).toMatchObject([
      { processedIndex: 9, inputStartIndex: 0, inputEndIndex: 1 },
    ]);
  });

  it('tell of a stream which messages a sentence came in', async () => {
    expect(await bidi(['On', 'e. Tw', 'o. ', 'Three.'], undefined, 5)).toEqual([
      { results: [{ start: 0, end: 5, text: 'One. ' }], processedIndex: 5, startIndex: 0, tokenCount: 1, inputStartIndex: 5, inputEndIndex: 6 }, // prettier-ignore
      { results: [{ start: 5, end: 10, text: 'Two. ' }], processedIndex: 10, startIndex: 5, tokenCount: 1, inputStartIndex: 6, inputEndIndex: 7 }, // prettier-ignore
      { results: [{ start: 10, end: 16, text: 'Three.' }], processedIndex: 16, startIndex: 10, tokenCount: 1, inputStartIndex: 8, inputEndIndex: 8 }, // prettier-ignore
    ]);
    expect(await bidi([])).toEqual([]);
    expect(await bidi(['', ''])).toEqual([]);
  });

  it('refuse chunkers that are not there, and quote little of their names', async () => {
    await expect(unary('a', 'paragraph')).rejects.toMatchObject({ code: 'not_found', param: 'mm-model-id' });
    await expect(bidi(['a'], 'paragraph')).rejects.toMatchObject({ code: 'not_found' });
    await expect(unary('a', 'x'.repeat(500))).rejects.toThrow(/^.{1,100}$/);
  });

  it('take no more text than the setting says, at once or in parts', async () => {
    expect((await unary('a'.repeat(40))).results).toHaveLength(1);
    await expect(unary('a'.repeat(41))).rejects.toMatchObject({ code: 'payload_too_large' });
    await expect(bidi(['a'.repeat(20), 'b'.repeat(21)])).rejects.toMatchObject({ code: 'payload_too_large' });
  });
});
