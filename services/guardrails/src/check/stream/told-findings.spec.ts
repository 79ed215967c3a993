import { describe, expect, it } from 'vitest';
import { findingOf } from '../../external/test/inputs.js';
import type { PolicyRule } from '../../policy/policy.js';
import { ToldFindings } from './told-findings.js';

const rule: PolicyRule = { action: 'flag', threshold: 0.5, shadow: false, replacement: '' };
const found = (start: number, end: number, more: Partial<{ check: string; entity: string; rule: PolicyRule }> = {}) => {
  const { check = 'leak', entity = 'unsafe', rule: own = rule } = more;
  return { check, rule: own, finding: findingOf({ start, end, entity }) };
};
/** After a piece of ten characters was judged in which a finding stands at 2 to 5. */
const after = (): ToldFindings => {
  const told = new ToldFindings();
  told.news([found(2, 5)], 0, 0);
  return told;
};

describe('findings that were told', () => {
  it('are no news while nothing of the piece has to do with them', () => {
    expect(after().news([found(2, 5)], 10, 0)).toEqual([]);
    expect(after().news([found(1, 4)], 10, 0)).toEqual([]);
    expect(after().news([found(1, 4)], 9, 1)).toEqual([]);
  });

  it('are news again as soon as they reach into the piece', () => {
    expect(after().news([found(2, 11)], 10, 0)).toHaveLength(1);
  });

  it.each([
    ['another place', found(7, 9)],
    ['another check', found(2, 5, { check: 'other' })],
    ['another kind', found(2, 5, { entity: 'other' })],
    ['another rule', found(2, 5, { rule: { ...rule, action: 'block' } })],
  ])('do not speak for %s', (_, other) => {
    const told = after();
    expect(told.news([other], 10, 0)).toEqual([other]);
    expect(told.news([other], 10, 0)).toEqual([]);
  });

  it('are forgotten when they lie before all that is judged', () => {
    const told = after();
    expect(told.news([], 10, 6)).toEqual([]);
    expect(told.news([found(2, 5)], 10, 0)).toHaveLength(1);
  });
});
