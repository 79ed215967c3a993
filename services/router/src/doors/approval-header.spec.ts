import { expect, it } from 'vitest';
import { approvalOf } from './approval-header.js';

it('is what the client sent, or nothing', () => {
  expect([approvalOf(undefined), approvalOf('granted')]).toEqual(['', 'granted']);
});

it.each([[['a', 'b']], ['x'.repeat(4_097)]])('refuses what cannot be one', (value) => {
  expect(() => approvalOf(value)).toThrowError(
    expect.objectContaining({ code: 'invalid_request', param: 'x-weir-approval' }),
  );
});
