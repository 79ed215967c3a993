import { describe, expect, it } from 'vitest';
import { OutputLengths } from './output-lengths.js';

describe('OutputLengths', () => {
  it('expects what the answers of a tenant were, and those of all for an unknown one', () => {
    const lengths = new OutputLengths();
    for (let index = 0; index < 20; index++) lengths.ended('long', 400);
    lengths.ended('short', 10);
    expect(lengths.expected('long', 1_000)).toBe(400);
    expect(lengths.expected('short', 1_000)).toBe(10);
    expect(lengths.expected('new', 1_000)).toBeCloseTo(361);
  });

  it('never expects more than was asked for, and nothing before it has seen an answer', () => {
    const lengths = new OutputLengths();
    expect(lengths.expected('a', 100)).toBe(0);
    lengths.ended('a', 400);
    expect(lengths.expected('a', 100)).toBe(100);
  });

  it('forgets the tenant that was quiet longest', () => {
    const lengths = new OutputLengths();
    lengths.ended('first', 5);
    for (let index = 0; index < 1_023; index++) lengths.ended(`tenant-${index}`, 50);
    expect(lengths.expected('first', 1_000)).toBe(5);
    lengths.ended('one more', 50);
    expect(lengths.expected('first', 1_000)).toBeGreaterThan(40);
  });
});
