import { describe, expect, it } from 'vitest';
import { sampleRequest } from '../../test/sample-run.js';
import { withSlo } from './http-exchange.js';

describe('withSlo', () => {
  it('reads the wanted time to the first token', () => {
    expect(withSlo(sampleRequest, {})).toBe(sampleRequest);
    expect(withSlo(sampleRequest, { 'x-slo-ttft-ms': '250' }).ttftSloMs).toBe(250);
  });

  it.each(['', '0', '-5', '1.5', '1e9', 'soon', ['1', '2']])('refuses %o', (value) => {
    expect(() => withSlo(sampleRequest, { 'x-slo-ttft-ms': value })).toThrow('x-slo-ttft-ms');
  });
});
