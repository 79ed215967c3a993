import { describe, expect, it } from 'vitest';
import { actionAt, readDetails } from './answer.js';
import { same } from './evidence.js';
import { ownTime } from './story.js';

const block = {
  request_id: 'r1',
  trace_id: 't1',
  cost_usd: '0.000002',
  event: { stored: 'kafka', id: 'r1', topic: 'weir.inference.completed.v1', partition: 2, offset: '17' },
  verdicts: [{ id: 'v1', stage: 'input', action: 'mask', detectors: ['pii.card'] }],
  stages_ms: { auth: 0.5, engine: 120, record: 1.5 },
};

describe('the evidence of an answer', () => {
  it('is read from the details block', () => {
    const details = readDetails(block);
    expect(details).toMatchObject({ requestId: 'r1', place: { partition: 2, offset: '17' } });
    expect(actionAt(details, 'input')).toBe('mask');
    expect(actionAt(details, 'output')).toBeUndefined();
  });

  it.each([
    ['no block', undefined, /without its details/],
    ['no trace', { ...block, trace_id: null }, /no trace id/],
    ['an event in the spool', { ...block, event: { stored: 'spool', id: 'r1' } }, /in spool/],
    ['no event', { ...block, event: null }, /no place/],
  ])('is refused with %s', (_what, given, message) => {
    expect(() => readDetails(given)).toThrow(message);
  });

  it('says what differs', () => {
    expect(() => same('offset', '16', '17')).toThrow('The offset is 16 instead of 17.');
    same('offset', '17', '17');
  });

  it("counts Weir's own stages without the engine's", () => {
    expect(ownTime(block.stages_ms)).toBe(2);
  });
});
