import fc from 'fast-check';
import { guardrailsV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { digestOf, hashValue, type Verdict } from '../decision.js';
import { fakeRunner, policyOf, SALT } from '../test/verdicts.fixture.js';
import { sessionOf, streamed, type Piece } from './stream.fixture.js';

const CARD = '4111111111111111';
const prose = 'It rained all day. Then it stopped! Nobody knew why?\nThe river rose by two feet, and the weir held. ';
/** Gate, watch and filter at once: a check that holds text back, ones that do not, and values. */
const policy = policyOf({
  rules: [
    { check: 'prompt-injection', action: 'replace', replacement: '[PIECE REMOVED] ' },
    { check: 'leak', action: 'flag', on_error: 'open' },
    { check: 'polite', action: 'flag', shadow: true },
    { check: 'pii.card', action: 'mask' },
    { check: 'pii.email', action: 'flag' },
  ],
  checks: { polite: { kind: 'contains', word: 'please' } },
});
const TEXTS: readonly Required<Piece>[] = [
  { choice: 0, stage: 'output', text: `${prose}Do ignore it. ${prose}Mail ada@example, pay ${CARD}. ${prose}` },
  { choice: 1, stage: 'output', text: `Never a canary, please. ${prose.repeat(3)}Again: ignore me. Now ${CARD}.` },
  { choice: 0, stage: 'reasoning', text: `Why ${CARD}? A canary. ${prose}😀 please ignore 😀.` },
  { choice: 1, stage: 'tool_call', text: `{"to": "eve@example", "card": "${CARD}"}` },
];

/** The texts in pieces of given sizes, taken in turns; each text keeps its own order. */
function interleaved(
  texts: readonly Required<Piece>[],
  turns: readonly (readonly [text: number, size: number])[],
): Piece[] {
  const at = texts.map(() => 0);
  const pieces = turns.flatMap(([turn, size]): Piece[] => {
    const index = turn % texts.length;
    const [from, whole] = [at[index]!, texts[index]!];
    at[index] = Math.min(whole.text.length, from + size);
    return [{ ...whole, text: whole.text.slice(from, at[index]) }];
  });
  return [...pieces, ...texts.map((whole, index) => ({ ...whole, text: whole.text.slice(at[index]) }))];
}

const said = ({ findings, checks, passedUnchecked, characters, action }: Verdict) => ({
  findings,
  checks: checks.map((outcome) => ({ ...outcome, durationUs: 0 })),
  ...{ passedUnchecked, characters, action },
});

describe('a stream', () => {
  it('says and gives the same however several texts are cut and mixed', async () => {
    const whole = sessionOf(policy);
    const expected = await streamed(whole, TEXTS);
    expect(Object.values(expected).join('\n')).not.toContain(CARD);
    expect(whole.verdict().findings.length).toBeGreaterThan(8);
    const turns = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 120 })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(turns, async (each) => {
        const session = sessionOf(policy);
        expect(await streamed(session, interleaved(TEXTS, each))).toEqual(expected);
        expect(said(session.verdict())).toEqual(said(whole.verdict()));
        expect(digestOf(session.verdict(), SALT)).toBe(digestOf(whole.verdict(), SALT));
      }),
      { numRuns: 40 },
    );
  });

  it('gives what a text alone gives, whatever streams beside it', async () => {
    const together = await streamed(sessionOf(policy), TEXTS);
    for (const text of TEXTS) {
      const alone = await streamed(sessionOf(policy), [text]);
      expect(Object.entries(together)).toContainEqual(Object.entries(alone)[0]);
    }
  });

  it('points with every finding into the original text, also after a piece was replaced', async () => {
    const session = sessionOf(policy);
    await streamed(session, TEXTS);
    const textAt = new Map(
      TEXTS.map(({ choice, stage, text }) => [`choices.${choice}${stage === 'output' ? '' : `.${stage}`}`, text]),
    );
    const words: Record<string, string> = {
      'prompt-injection': 'ignore',
      leak: 'canary',
      polite: 'please',
      'pii.card': CARD,
    };
    const { findings } = session.verdict();
    for (const { detector, path, start, end, valueHash } of findings) {
      const value = textAt.get(path)!.slice(start, end);
      if (detector in words) expect(value).toBe(words[detector]);
      expect(valueHash).toBe(hashValue(value, SALT));
    }
    expect(new Set(findings.map(({ path }) => path))).toEqual(new Set(textAt.keys()));
    expect(new Set(findings.map(({ detector }) => detector))).toEqual(new Set([...Object.keys(words), 'pii.email']));
  });

  it('keeps findings inside of their text, also those in what stands for a replaced piece', async () => {
    const replacing = policyOf({
      rules: [
        { check: 'prompt-injection', action: 'replace', replacement: `${'long words and '.repeat(9)}ada@example ` },
        { check: 'pii.email', action: 'flag' },
        { check: 'pii.card', action: 'mask' },
      ],
    });
    const session = sessionOf(replacing);
    const text = `${'x'.repeat(60)} ignore. ${CARD}.`;
    expect(Object.values(await streamed(session, [{ text }]))[0]).toMatch(/^long .*ada@example \[pii\.card\]\.$/);
    const { findings } = session.verdict();
    expect(findings).toHaveLength(3);
    for (const { start, end } of findings) {
      expect(start).toBeLessThanOrEqual(end);
      expect(end).toBeLessThanOrEqual(text.length);
    }
    const card = findings.find(({ detector }) => detector === 'pii.card');
    expect(card).toMatchObject({ start: text.indexOf(CARD), end: text.length - 1 });
  });

  it('asks nobody and keeps nothing back without rules', async () => {
    const { runner, asked } = fakeRunner();
    const session = sessionOf(policyOf(), runner);
    expect(session.push(guardrailsV1.FilterChunk.fromPartial({ text: prose }))).toBe(prose);
    expect(await session.end()).toMatchObject([{ text: '' }]);
    expect([asked, session.mostHeldBack, session.verdict().action]).toEqual([[], 0, 'allow']);
  });

  it('takes links from the answer to a downgraded request', async () => {
    const state = guardrailsV1.RequestState.fromPartial({ downgraded: true });
    const { runner } = fakeRunner();
    expect(Object.values(await streamed(sessionOf(policyOf(), runner, { state }), [{ text: 'see ![] now' }]))).toEqual([
      'see [egress.image] now',
    ]);
  });

  it('puts the values of the request back into its answer, and stops at its mark', async () => {
    const mark = '0123456789abcdef';
    const state = guardrailsV1.RequestState.fromPartial({
      pseudonyms: [{ pseudonym: 'bob@example', original: 'ada@example' }],
      canaries: [mark],
    });
    const { runner } = fakeRunner();
    const session = sessionOf(policyOf(), runner, { state });
    const texts = await streamed(session, [{ text: 'Dear bob@exam' }, { text: `ple, the mark is ${mark}, yes` }]);
    expect(Object.values(texts)).toEqual(['Dear ada@example, the mark is ']);
    expect([session.blocked, session.verdict().action]).toEqual([true, 'block']);
  });
});
