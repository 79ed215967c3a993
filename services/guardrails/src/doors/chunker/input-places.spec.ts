import { describe, expect, it } from 'vitest';
import { InputPlaces, type PlacedPiece } from './input-places.js';
import { SentenceSplitter } from './sentence-splitter.js';

function placed(messages: readonly string[]): PlacedPiece[] {
  const places = new InputPlaces();
  const splitter = new SentenceSplitter();
  const pieces = messages.flatMap((text, index) => {
    places.add(index, text);
    return splitter.push(text).map((piece) => places.place(piece));
  });
  return [...pieces, ...splitter.end().map((piece) => places.place(piece))];
}

describe('InputPlaces', () => {
  it('names the first and last message of each piece', () => {
    expect(placed(['Hi', ' there', '! How', ' are', ' you?'])).toEqual([
      { start: 0, end: 10, text: 'Hi there! ', inputStart: 0, inputEnd: 2 },
      { start: 10, end: 22, text: 'How are you?', inputStart: 2, inputEnd: 4 },
    ]);
  });

  it('counts code points', () => {
    expect(placed(['😀! ', 'Yes 😀.']).map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [3, 9],
    ]);
  });

  it('passes over empty messages', () => {
    expect(placed(['', 'One.', '', ' Two.', ''])).toMatchObject([
      { text: 'One. ', inputStart: 1, inputEnd: 3 },
      { text: 'Two.', inputStart: 3, inputEnd: 3 },
    ]);
  });
});
