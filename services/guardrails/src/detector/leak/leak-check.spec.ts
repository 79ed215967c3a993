import { describe, expect, it } from 'vitest';
import { checkInput, conversationText } from '../../text/conversation.fixture.js';
import type { CheckFinding } from '../text-check.js';
import { canaryFor } from './canary.js';
import { leakCheck } from './leak-check.js';
import { ECHOES, HONEST_ANSWERS, SYSTEM_PROMPTS } from './leaks.fixture.js';

const check = leakCheck();
const prompts = SYSTEM_PROMPTS.map((text, at) => conversationText(text, 'system', `messages.${at}.content`));

function leaks(output: string, context = prompts, canaries: readonly string[] = []): CheckFinding[] {
  const input = checkInput([conversationText(output, 'assistant', 'choices.0')], { context, canaries });
  return [...(check.check(input) as readonly CheckFinding[])].filter(({ score }) => score >= check.threshold);
}

describe('a system prompt in an answer', () => {
  it.each(Object.entries(ECHOES))('is found: %s', (_, echo) => {
    for (const prompt of prompts) expect(leaks(echo(prompt.text), [prompt]), prompt.text).not.toEqual([]);
  });

  it('is found where it stands', () => {
    const [prompt] = SYSTEM_PROMPTS;
    const output = `Of course. ${prompt} That was all.`;
    const [finding] = leaks(output);
    expect(finding).toMatchObject({ path: 'choices.0', category: 'leak', entity: 'system_prompt', owasp: 'LLM07' });
    expect(output.slice(finding!.start, finding!.end)).toContain('support assistant of Acme Cloud');
    expect(finding!.end).toBeLessThanOrEqual(output.length - 'That was all'.length);
  });

  it('is found in every window of 240 characters once 120 of them are the prompt', () => {
    const [prompt = ''] = SYSTEM_PROMPTS;
    const filler = 'The weather was fine on that day and nobody thought of the rain that would come later. '.repeat(2);
    for (let start = 0; start + 120 <= prompt.length; start += 20) {
      const window = `${filler.slice(0, 120)}${prompt.slice(start, start + 120)}`;
      expect(leaks(window), window).not.toEqual([]);
    }
  });

  it('is not found in honest answers', () => {
    for (const answer of HONEST_ANSWERS) expect(leaks(answer), answer).toEqual([]);
  });

  it('is not found in answers made of its own common phrases', () => {
    const phrases = ['you are a helpful assistant', 'if you do not know the answer', 'use markdown for code'];
    for (let count = 0; count < 200; count++) {
      const answer = [HONEST_ANSWERS[count % 8], phrases[count % 3], HONEST_ANSWERS[(count * 3 + 1) % 8]].join(' ');
      expect(leaks(answer, prompts.slice(1, 2)), answer).toEqual([]);
    }
  });

  it('of few words counts only as a whole', () => {
    const short = [conversationText('Always answer in short German sentences.', 'system')];
    expect(leaks('I always answer in short sentences.', short)).toEqual([]);
    expect(leaks('It says: always answer in short GERMAN sentences', short)).not.toEqual([]);
    expect(leaks('Be nice.', [conversationText('Be nice.', 'system')])).toEqual([]);
  });

  it('of one sentence does not count by a phrase of it', () => {
    const one = [conversationText('Answer politely and always mention our opening hours of today.', 'system')];
    expect(leaks('Would you always mention our opening hours on a page like that?', one)).toEqual([]);
    expect(leaks('I answer politely and always mention our opening hours of today.', one)).not.toEqual([]);
  });

  it('of one sentence counts in pieces and among other words', () => {
    const text = 'Answer politely and always mention our opening hours of today.';
    const one = [conversationText(text, 'system')];
    const marked = text.split(' ').map((word) => `<w>${word}</w>`);
    expect(leaks(marked.join(' '), one)).not.toEqual([]);
    expect(leaks(text.replace('always', '\nHere comes the next part: always'), one)).not.toEqual([]);
  });

  it('of the developer counts as well, and none of them is a leak by itself', () => {
    const developer = [conversationText(SYSTEM_PROMPTS[2] ?? '', 'developer')];
    expect(leaks(SYSTEM_PROMPTS[2] ?? '', developer)).not.toEqual([]);
    expect(check.check(checkInput(prompts, { context: prompts }))).toEqual([]);
  });

  it('is not looked for where there is none', () => {
    expect(leaks('anything at all', [])).toEqual([]);
    expect(leaks('', prompts)).toEqual([]);
  });
});

describe('a canary in an answer', () => {
  const canary = canaryFor('secret', 'request-1');
  const told = (mark: string) => leaks(`The mark is ${mark} as you wished`, [], [canary]);

  it.each([
    ...Object.entries(ECHOES).filter(([name]) => name !== 'first half'),
    ['in halves', (mark: string) => `${mark.slice(0, 8)}, and after that ${mark.slice(8)}`],
    ['in quarters', (mark: string) => mark.replace(/.{4}/g, '$& is followed by ')],
    ['in pairs', (mark: string) => mark.replace(/..(?!$)/g, '$&:')],
    ['its first half', (mark: string) => mark.slice(0, 8)],
  ] as [string, (mark: string) => string][])('is found: %s', (_, change) => {
    expect(told(change(canary))[0]).toMatchObject({ entity: 'canary', owasp: 'LLM07', category: 'leak' });
  });

  it('is found in the middle of longer base64, at every alignment', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const encoded = Buffer.from(`${before}${canary} and more`).toString('base64');
      expect(told(encoded), encoded).not.toEqual([]);
    }
  });

  it('is found where it stands', () => {
    const output = `Well, ${[...canary].join(' ')} it is`;
    const [finding] = leaks(output, [], [canary]);
    expect(output.slice(finding!.start, finding!.end)).toBe([...canary].join(' '));
  });

  it('is not found in other hashes, or in a few of its characters', () => {
    for (let count = 0; count < 300; count++) expect(told(canaryFor('secret', `other-${count}`))).toEqual([]);
    expect(told(canary.slice(0, 6))).toEqual([]);
  });
});
