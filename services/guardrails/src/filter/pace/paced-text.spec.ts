import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detector, filterAll, planOf, rule, SAMPLES } from '../sample-plan.fixture.js';
import { scanWhole } from '../scanner.js';
import { StreamFilter, type RequestSecrets } from '../stream-filter.js';
import { pushPaced, scanPaced } from './paced-text.js';
import { WorkTurns } from './work-turns.js';

const never = new AbortController().signal;
/** Work that is over after some questions for the time: where it is cut in time differs with them. */
const paceOf = (every: number, signal = never) => {
  let asked = 0;
  return new WorkTurns(() => (++asked % every === 0 ? asked * 10 : 0)).begin(signal);
};

const MASKED = planOf(SAMPLES);
const STOPPING = planOf(SAMPLES, { phrase: rule('block'), email: rule('flag') });
const restore = [{ pseudonym: 'kim@x.yz', original: 'R' }];
const SECRETS: RequestSecrets = { restore, canaries: ['c0ffee'], pseudonyms: undefined, json: false };

/** Long texts with values everywhere, also where slices end. */
const longTexts = fc
  .array(
    fc.tuple(
      fc.constantFrom('4111 1111 1111 1111', 'a@b.co', 'sk-abcd1234', '-----BEGIN KEY-----', '4 1 ', 'kim@x.yz', '\u200b', '\ud835', '𝟏'), // prettier-ignore
      fc.nat({ max: 600 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.map(([part, gap]) => `${part} ${'so '.repeat(gap).slice(0, gap)}`).join(''));

async function paced(plan: typeof MASKED, text: string, every: number) {
  const filter = new StreamFilter(plan, SECRETS);
  const before = await pushPaced(filter, text, paceOf(every));
  const released = before + filter.end();
  const { blocked, findings } = filter;
  const found = findings.map(({ match }) => [match.detector.id, match.start, match.end, match.value]);
  return { text: released, findings: found, blocked };
}

describe('a long text in slices', () => {
  it('comes out as it does at once, with the same findings', async () => {
    const ends = fc.constantFrom('', ' and project nightfall', ' C0FFEE');
    await fc.assert(
      fc.asyncProperty(longTexts, ends, fc.integer({ min: 1, max: 5 }), async (body, end, every) => {
        for (const plan of [MASKED, STOPPING]) {
          const { text, blocked, findings } = filterAll(plan, [body + end + body], SECRETS);
          expect(await paced(plan, body + end + body, every)).toEqual({ text, blocked, findings });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is scanned as it is at once', async () => {
    await fc.assert(
      fc.asyncProperty(longTexts, fc.integer({ min: 1, max: 5 }), async (text, every) => {
        const told = (matches: ReturnType<typeof scanWhole>) =>
          matches.map(({ detector: { id }, start, end, value, score }) => [id, start, end, value, score]);
        expect(told(await scanPaced(MASKED.scanner, text, paceOf(every)))).toEqual(
          told(scanWhole(MASKED.scanner, text)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('is read no further than where it was stopped', async () => {
    let judged = 0;
    const counted = detector('number', String.raw`\d{2}`, { validate: () => (judged += 1) > 0 });
    const plan = planOf([counted, detector('stop', 'stop')], { stop: rule('block') });
    const filter = new StreamFilter(plan);
    expect(await pushPaced(filter, `12 stop ${'12 '.repeat(5_000)}`, paceOf(1))).toBe('[NUMBER] ');
    expect([filter.blocked, judged < 200]).toEqual([true, true]);
  });

  it('is dropped when nobody waits for it any more', async () => {
    const filter = new StreamFilter(MASKED);
    const gone = new AbortController();
    const pushed = pushPaced(filter, 'word '.repeat(1_000), paceOf(1, gone.signal));
    gone.abort();
    await expect(pushed).rejects.toMatchObject({ code: 'cancelled' });
    expect([filter.heldBack, filter.push('more'), filter.end()]).toEqual([0, '', '']);
    const scanned = scanPaced(MASKED.scanner, 'word '.repeat(1_000), paceOf(1, gone.signal));
    await expect(scanned).rejects.toMatchObject({ code: 'cancelled' });
  });
});
