import { describe, expect, it } from 'vitest';
import { DEFAULT_SAMPLING } from '../../pipeline/inference-request.js';
import { readParameters } from './parameters.js';

describe('the parameters of a request', () => {
  it('are the settings of a request that asks for none', () => {
    expect(readParameters({})).toEqual({
      sampling: DEFAULT_SAMPLING,
      priority: 0,
      timeoutMs: undefined,
      binaryOutput: false,
    });
  });

  it('may be given together, numbers also as texts', () => {
    const read = readParameters({ max_tokens: '16', temperature: 0.5, stop: '\n', timeout: 2_500_000, seed: 7 });
    expect(read).toMatchObject({
      sampling: { ...DEFAULT_SAMPLING, maxTokens: 16, temperature: 0.5, stop: ['\n'], seed: 7 },
      timeoutMs: 2_500,
    });
  });

  it('have 1 as the highest priority and 0 as none', () => {
    const priority = (value: number) => readParameters({ priority: value }).priority;
    expect(priority(0)).toBe(0);
    expect(priority(1)).toBeGreaterThan(priority(2));
    expect(priority(100)).toBeGreaterThan(priority(0));
  });

  it.each([
    [{ max_tokens: 0 }, 'parameters.max_tokens must be a number from 1'],
    [{ max_tokens: 1.5 }, 'parameters.max_tokens must be a whole number'],
    [{ temperature: 'warm' }, 'parameters.temperature must be a number'],
    [{ temperature: true }, 'parameters.temperature must be a number'],
    [{ top_p: 0 }, 'parameters.top_p must be a number'],
    [{ stop: '' }, 'parameters.stop must be a text'],
    [{ ignore_eos: 1 }, 'parameters.ignore_eos must be true or false'],
    [{ beam_width: 4 }, 'parameters.beam_width is not known'],
    [{ constructor: 4 }, 'parameters.constructor is not known'],
  ])('are refused by name: %j', (parameters, message) => {
    expect(() => readParameters(parameters)).toThrow(message);
  });
});
