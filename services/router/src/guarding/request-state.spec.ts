import { guardrailsV1 } from '@weir/contracts';
import { expect, it } from 'vitest';
import { mergedState } from './request-state.js';

const state = (given: Partial<guardrailsV1.RequestState>) => guardrailsV1.RequestState.fromPartial(given);

it('is what there is, when there is one only', () => {
  const known = state({ canaries: ['c'] });
  expect([mergedState(undefined, known), mergedState(known, undefined)]).toEqual([known, known]);
  expect(mergedState(undefined, undefined)).toBeUndefined();
});

it('forgets nothing that was known before', () => {
  const pair = (pseudonym: string) => ({ pseudonym, original: `of ${pseudonym}` });
  const before = state({ pseudonyms: [pair('a'), pair('b')], canaries: ['c'], downgraded: true, maxOutputTokens: 9 });
  const after = state({ pseudonyms: [pair('b'), pair('d')], canaries: ['c', 'e'], needsContext: true });
  expect(mergedState(before, after)).toEqual({
    pseudonyms: [pair('a'), pair('b'), pair('d')],
    canaries: ['c', 'e'],
    downgraded: true,
    maxOutputTokens: 9,
    needsContext: true,
  });
});

it('keeps the smaller limit', () => {
  const limits = (before: number, after: number) =>
    mergedState(state({ maxOutputTokens: before }), state({ maxOutputTokens: after }))?.maxOutputTokens;
  expect([limits(5, 9), limits(9, 5), limits(0, 5), limits(0, 0)]).toEqual([5, 5, 5, 0]);
});
