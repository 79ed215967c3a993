import { guardrailsV1 } from '@weir/contracts';
import { expect, it } from 'vitest';
import { sampleRequest } from '../../test/sample-run.js';
import { DEFAULT_FORM, DEFAULT_SAMPLING, type InferenceRequest } from '../pipeline/inference-request.js';
import { downgraded } from './downgrade.js';

const state = (maxOutputTokens: number, isDowngraded = true) =>
  guardrailsV1.RequestState.fromPartial({ downgraded: isDowngraded, maxOutputTokens });

const asking = (maxTokens: number | undefined, minTokens = 0): InferenceRequest => ({
  ...sampleRequest,
  sampling: { ...DEFAULT_SAMPLING, maxTokens, minTokens, temperature: 0.5 },
  form: {
    ...DEFAULT_FORM,
    n: 2,
    tools: [{ name: 'pay', description: '', parameters: '' }],
    toolChoice: { mode: 'named', name: 'pay' },
  },
});

it('changes nothing for a request that was not downgraded', () => {
  const request = asking(5);
  expect([downgraded(request, undefined), downgraded(request, state(3, false))]).toEqual([request, request]);
});

it('takes tools away, and nothing else of the form', () => {
  expect(downgraded(asking(5), state(0))).toEqual({
    ...asking(5),
    form: { ...DEFAULT_FORM, n: 2, tools: [], toolChoice: undefined },
  });
});

it.each([
  [undefined, 64, 64],
  [5, 64, 5],
  [500, 64, 64],
  [500, 0, 500],
  [undefined, 0, undefined],
])('asked for %s under a limit of %s: %s tokens', (asked, limit, tokens) => {
  expect(downgraded(asking(asked), state(limit)).sampling.maxTokens).toBe(tokens);
});

it('never asks for more than it allows', () => {
  expect(downgraded(asking(500, 100), state(64)).sampling).toMatchObject({ maxTokens: 64, minTokens: 64 });
  expect(downgraded(asking(undefined, 100), state(0)).sampling).toMatchObject({ maxTokens: undefined, minTokens: 100 });
});
