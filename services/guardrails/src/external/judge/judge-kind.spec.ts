import { WeirError } from '@weir/errors';
import { fakeSource } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import type { CompiledCheck } from '../../detector/check-kind.js';
import type { TextCheck } from '../../detector/text-check.js';
import { DetectorClient } from '../fms/detector.client.js';
import { appliesTo } from '../selective-check.js';
import { inputOf, principal, textOf } from '../test/inputs.js';
import { groundednessDefinition, groundednessKind } from './groundedness-kind.js';
import type { ModelAnswer } from './judge-format.js';
import { judgeDefinition, judgeKind } from './judge-kind.js';
import type { ModelQuestion } from './model.client.js';

/** A model that answers what it is told to, and remembers the questions. */
class FakeModel {
  readonly questions: ModelQuestion[] = [];
  answer: (question: ModelQuestion) => string = () => 'safe';

  async ask(question: ModelQuestion): Promise<ModelAnswer> {
    this.questions.push(question);
    return { text: this.answer(question), tokens: [] };
  }
}

const detectors = new DetectorClient({
  settings: { externalConcurrency: 1, externalBreakerVolume: 1, externalBreakerOpenMs: 1, secretDirectory: '' },
  source: fakeSource(),
  outbound: {
    requirePublicHost: () => undefined,
    publicLookup: () => () => undefined,
    readSecret: async () => '',
  },
});

function checkIn(compiled: CompiledCheck): TextCheck {
  if (compiled.kind !== 'check') throw new WeirError('internal', 'no check');
  return compiled.check;
}

describe('the kind judge', () => {
  const model = new FakeModel();
  const judge = (more: object = {}) =>
    checkIn(
      judgeKind(model).compile(
        'judge',
        judgeDefinition.parse({ kind: 'judge', model: 'guard', format: 'llama-guard', ...more }),
      ),
    );

  it('asks a model in the name of who asks, without a choice in its answer', async () => {
    model.answer = () => 'unsafe\nS1,S9';
    const findings = await judge({ owasp: 'LLM01' }).check(inputOf(['a text']));
    expect(model.questions.at(-1)).toMatchObject({ model: 'guard', logprobs: true, maxTokens: 64, principal });
    const shared = { path: 'messages.0.content', start: 0, end: 6, score: 1, category: 'toxicity', owasp: 'LLM01' };
    expect(findings).toEqual([
      { ...shared, entity: 'Violent Crimes', hazard: 'S1' },
      { ...shared, entity: 'Indiscriminate Weapons', hazard: 'S9' },
    ]);
  });

  it('finds nothing in what is safe', async () => {
    model.answer = () => 'safe';
    expect(await judge().check(inputOf(['a text']))).toEqual([]);
  });

  it('says where in a long text', async () => {
    model.answer = ({ messages }) => (messages.at(-1)?.content.includes('poison') ? 'unsafe\nS1' : 'safe');
    const text = `${'harmless '.repeat(2_000)}poison`;
    const findings = await judge().check(inputOf([text]));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ end: text.length });
    expect(findings[0]?.start).toBeGreaterThan(text.length - 8_001);
  });

  it('fails for the whole when one answer is none', async () => {
    model.answer = ({ messages }) => (messages.at(-1)?.content.includes('poison') ? 'hm' : 'safe');
    await expect(judge().check(inputOf([`${'harmless '.repeat(2_000)}poison`]))).rejects.toMatchObject({
      code: 'upstream_error',
    });
  });

  it('applies to the side that it is for', () => {
    const answer = inputOf([textOf('so', { role: 'assistant', stage: 'output' })]);
    expect(appliesTo(judge({ on: 'input' }), answer)).toBe(false);
    expect(appliesTo(judge({ on: 'output' }), answer)).toBe(true);
  });

  it('has a version that names its definition and its prompt', () => {
    expect(judge().version).not.toBe(judge({ categories: ['S1'] }).version);
    expect(judge().version).toBe(judge().version);
  });

  it.each([
    { format: 'yes-no' },
    { format: 'llama-guard', criteria: 'x' },
    { format: 'granite-guardian', categories: ['S1'] },
    { format: 'llama-guard', categories: ['S15'] },
    { format: 'other' },
    { model: '' },
    { unknown: 1 },
  ])('refuses the definition %o', (more) => {
    const definition = { kind: 'judge', model: 'guard', format: 'llama-guard', ...more };
    expect(judgeDefinition.safeParse(definition).success).toBe(false);
  });
});

describe('the kind groundedness', () => {
  const model = new FakeModel();
  const check = (more: object = { model: 'any' }) =>
    checkIn(
      groundednessKind(model, detectors).compile(
        'grounded',
        groundednessDefinition.parse({ kind: 'groundedness', ...more }),
      ),
    );
  const context = [
    textOf('Refunds take 14 days.', { path: 'd', stage: 'document' }),
    textOf('How long does it take?', { path: 'q' }),
  ];
  const answer = textOf('Three days.', { path: 'a', role: 'assistant', stage: 'output' });

  it('compares the answer with the documents', async () => {
    model.answer = () => 'yes';
    const findings = await check().check(inputOf([answer], { context }));
    expect(findings).toEqual([
      { path: 'a', start: 0, end: 11, score: 1, category: 'custom', entity: 'groundedness', owasp: 'LLM09' },
    ]);
    expect(model.questions[0]?.messages.at(-1)?.content).toContain('"documents":["Refunds take 14 days."]');
    expect(model.questions[0]?.messages.at(-1)?.content).toContain('How long does it take?');
    expect(check().stream).toBe('whole');
  });

  it('has nothing to say without documents, or about questions', () => {
    expect(appliesTo(check(), inputOf([answer]))).toBe(false);
    expect(appliesTo(check(), inputOf(['a question'], { context }))).toBe(false);
    expect(appliesTo(check(), inputOf([answer], { context }))).toBe(true);
  });

  it('does not compare with a part of the documents', async () => {
    const long = [textOf('x'.repeat(64_001), { path: 'd', stage: 'document' })];
    await expect(check().check(inputOf([answer], { context: long }))).rejects.toMatchObject({
      code: 'payload_too_large',
    });
  });

  it('asks a detector server where a policy names one', () => {
    const server = { url: 'https://detectors.example', detector_id: 'ground' };
    const detector = check({ ...server, threshold: 0.7 });
    expect(detector).toMatchObject({ id: 'grounded', threshold: 0.7, stream: 'whole' });
    expect(appliesTo(detector, inputOf([answer]))).toBe(false);
    expect(appliesTo(detector, inputOf([answer], { context }))).toBe(true);
    expect(groundednessDefinition.safeParse({ kind: 'groundedness', model: 'm', ...server }).success).toBe(false);
    expect(groundednessDefinition.safeParse({ kind: 'groundedness' }).success).toBe(false);
  });
});
