import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolCallParts } from './tool-call-parts.js';

describe('ToolCallParts', () => {
  it('tells each call once, when the next one begins or the answer ends', () => {
    const parts = new ToolCallParts();
    expect(parts.add({ index: 0, id: 'a', name: 'x', arguments: '{"k"' })).toEqual([]);
    expect(parts.add({ index: 0, id: '', name: '', arguments: ':1}' })).toEqual([]);
    const first = { index: 0, id: 'a', name: 'x', arguments: '{"k":1}' };
    expect(parts.add({ index: 1, id: 'b', name: 'y', arguments: '' })).toEqual([first]);
    expect(parts.end()).toEqual([{ index: 1, id: 'b', name: 'y', arguments: '' }]);
    expect(parts.end()).toEqual([]);
  });

  it('gives the same calls however they were cut', () => {
    const call = fc.record({
      id: fc.string({ minLength: 1 }),
      name: fc.string({ minLength: 1 }),
      arguments: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(call), fc.integer({ min: 1, max: 4 }), (calls, width) => {
        const parts = new ToolCallParts();
        const told = calls.flatMap(({ id, name, arguments: text }, index) => {
          const pieces = text.match(new RegExp(`[\\s\\S]{1,${width}}`, 'g')) ?? [''];
          return pieces.flatMap((piece, at) =>
            parts.add({ index, id: at === 0 ? id : '', name: at === 0 ? name : '', arguments: piece }),
          );
        });
        expect([...told, ...parts.end()]).toEqual(calls.map((one, index) => ({ index, ...one })));
      }),
    );
  });
});
