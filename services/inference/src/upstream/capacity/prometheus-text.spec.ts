import fc from 'fast-check';
import { Gauge, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { readSamples } from './prometheus-text.js';

const read = (text: string) => readSamples(text, new Set(['a:b', 'c']));

describe('readSamples', () => {
  it('reads names, labels, values, and leaves the rest', () => {
    const text = [
      '# HELP a:b what it is {x="1"} 5',
      '# TYPE a:b gauge',
      'a:b{model_name="m",engine="0"} 3.0',
      'a:b { model_name = "n" , } 4 1700000000000',
      'c 1e3 # {trace_id="t"} 1',
      'c{} -Inf',
      'other 7',
      'c_total 8',
      '# EOF',
    ].join('\n');
    expect(read(text)).toEqual([
      { name: 'a:b', labels: { model_name: 'm', engine: '0' }, value: 3 },
      { name: 'a:b', labels: { model_name: 'n' }, value: 4 },
      { name: 'c', labels: {}, value: 1_000 },
      { name: 'c', labels: {}, value: Number.NEGATIVE_INFINITY },
    ]);
  });

  it('reads escaped values, and lines that end as on Windows', () => {
    expect(read('c{p="a\\\\b\\"c\\nd},{"} NaN\r\n')).toEqual([
      { name: 'c', labels: { p: 'a\\b"c\nd},{' }, value: Number.NaN },
    ]);
  });

  it.each(['c', 'c ', 'c x', 'c{', 'c{a}', 'c{a="1" 2', 'c{a="1"} ', 'c{a="1}', 'c{a="1"b="2"} 1'])(
    'skips %s',
    (line) => {
      expect(read(`${line}\nc 1`)).toEqual([{ name: 'c', labels: {}, value: 1 }]);
    },
  );

  it('reads what prom-client writes', async () => {
    const label = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '{', '}', ',', '=', ' ', 'é') });
    const value = fc.oneof(fc.integer(), fc.double({ noNaN: true }));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(label, { maxLength: 5 }), value, async (labels, number) => {
        const registry = new Registry();
        const gauge = new Gauge({ name: 'c', help: 'h', labelNames: ['p', 'q'], registers: [registry] });
        for (const p of labels) gauge.set({ p, q: 'x' }, number);
        const expected = labels.map((p) => ({ name: 'c', labels: { p, q: 'x' }, value: number === 0 ? 0 : number }));
        expect(read(await registry.metrics())).toEqual(expected);
      }),
    );
  });

  it('reads anything, fast', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('c', '{', '}', '"', '\\', '=', ',', ' ', '\n', '1', 'a')), (pieces) => {
        expect(() => read(pieces.join(''))).not.toThrow();
      }),
    );
    const long = `c{${'a="\\\\\\\\'.repeat(50_000)}`;
    const startedAt = performance.now();
    expect(read(long)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
