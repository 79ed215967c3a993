import { describe, expect, it } from 'vitest';
import { WorkTurns } from '../../filter/pace/work-turns.js';
import { fakeRunner, policyOf, serviceOf } from '../test/verdicts.fixture.js';
import { alone, chunkOf, sessionOf } from './stream.fixture.js';
import type { TextJudge } from './stream-text.js';

const MASKS = policyOf({ rules: [{ check: 'pii.card', action: 'mask', stages: ['output'] }] });
const LARGE = 'so it goes, said 4111111111111111, '.repeat(300);

/** Decides as the service does, with slices of time that are over at once. */
function hurried(): TextJudge {
  const service = serviceOf(fakeRunner().runner);
  let now = 0;
  return {
    salt: service.salt,
    turns: new WorkTurns(() => (now += 100)),
    judge: service.judge.bind(service),
    applyRules: service.applyRules.bind(service),
  };
}

const open = (checks = hurried(), signal = new AbortController().signal) =>
  sessionOf(MASKS, fakeRunner().runner, { signal }, 100_000, checks);

describe('a large piece of a stream', () => {
  it('comes out as it does in small ones', async () => {
    const small = await alone(open(), LARGE.match(/[^]{1,7}/g)!);
    expect(small.released).not.toContain('4111');
    const { before: _inPieces, ...whole } = await alone(open(), [LARGE]);
    const { before: _atOnce, ...inPieces } = small;
    expect(whole).toEqual(inPieces);
    expect(whole.findings).toHaveLength(300);
  });

  it('lets everything else go on meanwhile, and ends when nobody waits any more', async () => {
    const gone = new AbortController();
    const session = open(hurried(), gone.signal);
    const pushed = session.push(chunkOf({ text: LARGE }));
    setImmediate(() => gone.abort());
    await expect(pushed).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is the only thing that waits: small pieces come out at once', () => {
    expect(open().push(chunkOf({ text: 'a word ' }))).toBe('a word ');
  });
});
