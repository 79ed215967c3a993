import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolCallDeltas } from './tool-call-deltas.js';

function deltas() {
  let made = 0;
  return new ToolCallDeltas(() => `made-${++made}`);
}

/** The calls that a client puts together from what was read. */
function together(items: readonly unknown[][]) {
  const reader = deltas();
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const delta of items.flatMap((one) => reader.push(one))) {
    const call = (calls[delta.index] ??= { id: delta.id, name: delta.name, arguments: '' });
    call.arguments += delta.arguments;
  }
  return calls;
}

describe('ToolCallDeltas', () => {
  it('reads what OpenAI streams', () => {
    const calls = together([
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
      [{ index: 0, function: { arguments: '{"x"' } }],
      [{ index: 0, function: { arguments: ':1}' } }],
      [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } }],
    ]);
    expect(calls).toEqual([
      { id: 'made-1', name: 'f', arguments: '{"x":1}' },
      { id: 'made-2', name: 'g', arguments: '{}' },
    ]);
  });

  it('lets no id of an upstream out, and still knows its calls by them', () => {
    const id = 'ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8';
    const reader = deltas();
    const read = [
      ...reader.push([{ index: 0, id, function: { name: 'f', arguments: '{' } }]),
      ...reader.push([{ index: 0, id: 'other', function: { name: 'g', arguments: '{' } }]),
      ...reader.push([{ id, function: { arguments: '}' } }]),
    ];
    expect(read.map((delta) => [delta.index, delta.id])).toEqual([
      [0, 'made-1'],
      [1, 'made-2'],
      [0, ''],
    ]);
  });

  it('refuses arguments that are nested too deep to be written', () => {
    const nested = (levels: number): object => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
    const call = (levels: number) => [{ index: 0, id: 'a', function: { name: 'f', arguments: nested(levels) } }];
    expect(deltas().push(call(64))[0]?.arguments).toHaveLength(64 * 6 + 1);
    for (const levels of [65, 10_000]) {
      expect(() => deltas().push(call(levels))).toThrow(expect.objectContaining({ code: 'upstream_error' }));
    }
  });

  it('tells whole calls apart that all have the same position', () => {
    const call = (id: string) => ({ index: 0, id, function: { name: `f${id}`, arguments: '{}' } });
    expect(together([[call('a'), call('b')], [call('c')]]).map(({ name }) => name)).toEqual(['fa', 'fb', 'fc']);
  });

  it('makes ids and positions where there are none, and text of arguments that are an object', () => {
    const calls = together([[{ function: { name: 'f', arguments: { x: 1 } } }, { function: { name: 'g' } }]]);
    expect(calls).toEqual([
      { id: 'made-1', name: 'f', arguments: '{"x":1}' },
      { id: 'made-2', name: 'g', arguments: '' },
    ]);
    expect(together([[{ function: { name: 'f', arguments: '{' } }], [{ function: { arguments: '}' } }]])).toEqual([
      { id: 'made-1', name: 'f', arguments: '{}' },
    ]);
  });

  it('loses nothing of any arguments, however they are cut', () => {
    const pieces = fc.array(fc.tuple(fc.nat(3), fc.string()));
    fc.assert(
      fc.property(pieces, (all) => {
        const seen = new Set<number>();
        const items = all.map(([position, text]) => {
          const begins = !seen.has(position);
          seen.add(position);
          const index = position;
          return begins
            ? [{ index, id: `id${position}`, function: { name: `f${position}`, arguments: text } }]
            : [{ index, function: { arguments: text } }];
        });
        const expected = [...seen].map((position) =>
          all
            .filter(([at]) => at === position)
            .map(([, text]) => text)
            .join(''),
        );
        expect(together(items).map((call) => call.arguments)).toEqual(expected);
      }),
    );
  });

  it('takes what is no call for none of use, and not too many', () => {
    expect(deltas().push(undefined)).toEqual([]);
    expect(deltas().push('call')).toEqual([]);
    const many = Array.from({ length: 129 }, (_, index) => ({ index, id: `${index}`, function: { name: 'f' } }));
    expect(() => deltas().push(many)).toThrow(expect.objectContaining({ code: 'upstream_error' }));
  });
});
