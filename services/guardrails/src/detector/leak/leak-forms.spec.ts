import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInput, conversationText } from '../../text/conversation.fixture.js';
import { ENCODINGS } from '../../text/decoding/encodings.fixture.js';
import { viewsOf } from '../../text/views-of.js';
import type { CheckFinding } from '../text-check.js';
import { canaryFor } from './canary.js';
import { CanarySearch } from './find-canary.js';
import { leakCheck } from './leak-check.js';
import { HONEST_ANSWERS, SYSTEM_PROMPTS } from './leaks.fixture.js';

const canary = canaryFor('secret', 'request-1');
const search = new CanarySearch([canary]);
const foundIn = (text: string) => search.in(viewsOf(text));

describe('a mark in an answer', () => {
  it.each([
    ['alone', (mark: string) => mark, 1],
    ['in capitals', (mark: string) => mark.toUpperCase(), 1],
    ['backward', (mark: string) => [...mark].reverse().join(''), 1],
    ['in lines', (mark: string) => mark.replace(/.{4}/g, '$&\n'), 1],
    ['in signs of leet', (mark: string) => mark.replace(/0/g, 'o').replace(/1/g, 'i'), 1],
    ['in full width', (mark: string) => mark.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)), 1], // prettier-ignore
    ['its last half', (mark: string) => mark.slice(8), 0.9],
    ['eight in its middle', (mark: string) => mark.slice(3, 11), 0.9],
    ['its quarters among words', (mark: string) => mark.replace(/.{4}/g, '$& then comes '), 0.8],
  ] as const)('scores by how much of it there is: %s', (_, change, score) => {
    expect(foundIn(`It is ${change(canary)} indeed`)?.score).toBe(score);
  });

  it.each(['base64', 'base32', 'hex', 'hex, apart', 'html', 'rot13', 'reversed'])('is seen through %s', (name) => {
    expect(foundIn(`It is ${ENCODINGS[name]!(canary)} indeed`)?.score).toBe(1);
  });

  it.each([
    ['seven characters', canary.slice(0, 7)],
    ['quarters in another order', canary.replace(/(.{4})(.{4})(.{4})(.{4})/, '$4 x $3 x $2 x $1')],
    ['quarters too far apart', canary.replace(/.{4}/g, `$& ${'word '.repeat(60)}`)],
    ['three quarters', canary.slice(0, 12).replace(/.{4}/g, '$& and ')],
  ])('is not seen in %s', (_, text) => {
    expect(foundIn(text)).toBeUndefined();
  });

  it('is the surest of all that are found, with its place', () => {
    const other = canaryFor('secret', 'request-2');
    const text = `First ${canary.slice(0, 8)} and then ${other} follows.`;
    const found = new CanarySearch([canary, other]).in(viewsOf(text))!;
    expect([found.score, text.slice(found.start, found.end)]).toEqual([1, other]);
    expect(new CanarySearch([]).in(viewsOf(text))).toBeUndefined();
  });

  it('stands where it is found, whatever is around it', () => {
    const word = fc.string({ unit: fc.constantFrom('x', 'y', ' ', '.', 'é', '😀', '\u200b'), maxLength: 20 });
    fc.assert(
      fc.property(word, word, (before, after) => {
        const text = `${before} ${canary} ${after}`;
        const { start, end } = foundIn(text)!;
        expect(text.slice(start, end)).toBe(canary);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a system prompt in an answer, with its limits', () => {
  const check = leakCheck();
  const [prompt = ''] = SYSTEM_PROMPTS;
  const found = (output: string, instructions: readonly string[] = [prompt]): CheckFinding[] => {
    const context = instructions.map((text) => conversationText(text, 'system'));
    return [
      ...(check.check(checkInput([conversationText(output, 'assistant', 'choices.0')], { context })) as CheckFinding[]),
    ];
  };

  it('scores more the more of it comes out', () => {
    const scores = [0.2, 0.4, 0.7, 1].map((share) => found(prompt.slice(0, prompt.length * share))[0]?.score ?? 0);
    expect(scores).toEqual(scores.toSorted((one, other) => one - other));
    expect(scores[0]).toBeLessThan(scores[2]!);
    expect(scores[3]).toBe(1);
  });

  it('is told once, by the prompt of which most comes out', () => {
    const output = `${SYSTEM_PROMPTS[2]} ${prompt.slice(0, 60)}`;
    const findings = found(output, SYSTEM_PROMPTS);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ entity: 'system_prompt', score: 1, start: 0 });
  });

  it('and its mark are two findings', () => {
    const context = [conversationText(prompt, 'system')];
    const output = conversationText(`${prompt} ${canary}`, 'assistant', 'choices.0');
    const findings = [...(check.check(checkInput([output], { context, canaries: [canary] })) as CheckFinding[])];
    expect(findings.map(({ entity }) => entity)).toEqual(['canary', 'system_prompt']);
  });

  it('is one of the first sixteen', () => {
    const others = Array.from({ length: 15 }, (_, at) => `Instruction ${at}: ${HONEST_ANSWERS[at % 8]}`);
    expect(found(prompt, [...others, prompt]).some(({ score }) => score === 1)).toBe(true);
    expect(found(prompt, [...others, 'One more of them.', prompt]).some(({ score }) => score === 1)).toBe(false);
  });

  it('is remembered for as long as its text is, and judged anew for another text', () => {
    const context = [conversationText(prompt, 'system')];
    const output = conversationText(prompt, 'assistant', 'choices.0');
    const once = check.check(checkInput([output], { context }));
    expect(check.check(checkInput([output], { context }))).toEqual(once);
    expect(check.check(checkInput([output], { context: [conversationText('Something else entirely.', 'system')] }))).toEqual([]); // prettier-ignore
  });

  it('of 200,000 characters is compared in one pass', () => {
    const long = `${prompt} `.repeat(Math.ceil(200_000 / prompt.length));
    expect(found(long.slice(0, 5_000), [long])[0]?.score).toBeGreaterThan(0.5);
    expect(found(long, [prompt])[0]?.score).toBe(1);
  });
});
