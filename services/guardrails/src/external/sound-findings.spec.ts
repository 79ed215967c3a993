import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soundFindings } from './sound-findings.js';
import { findingOf, inputOf } from './test/inputs.js';

const input = inputOf(['abc', '']);
const sound = (more: Parameters<typeof findingOf>[0]) => soundFindings([findingOf(more)], input);

describe('soundFindings', () => {
  it('lets pass what can be true', () => {
    expect(sound({ start: 0, end: 3, score: 1 })).toHaveLength(1);
    expect(sound({ start: 3, end: 3, score: 0 })).toHaveLength(1);
    expect(sound({ path: 'messages.1.content', start: 0, end: 0 })).toHaveLength(1);
  });

  it.each([
    { score: Number.NaN },
    { score: -0.1 },
    { score: 1.1 },
    { score: Number.POSITIVE_INFINITY },
    { start: -1 },
    { start: 2, end: 1 },
    { end: 4 },
    { start: 0.5 },
    { end: Number.NaN },
    { path: 'messages.2.content' },
  ])('refuses %o', (more) => {
    expect(() => sound(more)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('lets pass any number of findings, since the sender of a text decides how many there are', () => {
    const many = Array.from({ length: 20_000 }, () => findingOf());
    expect(soundFindings(many, input)).toHaveLength(20_000);
  });

  it('keeps every accepted span inside of its text', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.double(), (start, end, score) => {
        try {
          soundFindings([findingOf({ start, end, score })], input);
        } catch {
          return true;
        }
        return start >= 0 && start <= end && end <= 3 && score >= 0 && score <= 1 && Number.isInteger(start + end);
      }),
      { examples: [[0, 3, 0.5]] },
    );
  });
});
