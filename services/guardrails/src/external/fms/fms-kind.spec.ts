import { fakeSource } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import { WeirError } from '@weir/errors';
import type { CompiledCheck } from '../../detector/check-kind.js';
import { inputOf, textOf } from '../test/inputs.js';
import { DetectorClient } from './detector.client.js';
import { failureOf, refusalOf } from './detector-failure.js';
import { fmsDefinition } from './fms-definition.js';
import { fmsKind } from './fms-kind.js';
import { fmsRequests, hasQuestion } from './fms-requests.js';

const settings = { externalConcurrency: 1, externalBreakerVolume: 1, externalBreakerOpenMs: 1, secretDirectory: '' };
const written = { kind: 'fms', url: 'https://detectors.example/base/', detector_id: 'pii' };
const documents = [
  textOf('a fact', { path: 'd0', stage: 'document' }),
  textOf('a result', { path: 't0', stage: 'tool_result', role: 'tool' }),
];
const question = textOf('what?', { path: 'q' });
const answer = textOf('that', { path: 'a', role: 'assistant', stage: 'output' });
const conversation = inputOf([answer], { context: [...documents, question] });

const client = new DetectorClient({
  settings,
  source: fakeSource(),
  outbound: {
    requirePublicHost: (host) => {
      if (host === '127.0.0.1') throw new WeirError('invalid_configuration', 'private');
    },
    publicLookup: () => () => undefined,
    readSecret: async () => 'secret',
  },
});

function compiled(more: object = {}) {
  const result: CompiledCheck = fmsKind(client).compile('pii-server', fmsDefinition.parse({ ...written, ...more }));
  if (result.kind !== 'check') throw new WeirError('internal', 'no check');
  return result.check;
}

describe('the kind fms', () => {
  it('becomes a check whose version names its definition', () => {
    expect(compiled({ threshold: 0.8 })).toMatchObject({ id: 'pii-server', threshold: 0.8, stream: 'whole' });
    expect(compiled().version).toBe(compiled().version);
    expect(compiled().version).not.toBe(compiled({ detector_params: { regex: ['email'] } }).version);
  });

  it('refuses addresses that may not be called when it is compiled', () => {
    expect(() => compiled({ url: 'http://127.0.0.1:8080' })).toThrow('private');
    expect(compiled({ url: 'http://127.0.0.1:8080', allow_private_address: true }).id).toBe('pii-server');
    expect(() => compiled({ url: 'https://user:secret@detectors.example' })).toThrow('credentials');
    expect(() => compiled({ url: 'https://detectors.example/?key=1' })).toThrow('query');
  });

  it.each([
    { url: 'ftp://detectors.example' },
    { url: 'detectors' },
    { detector_id: '' },
    { detector_id: 'a\nb' },
    { threshold: 2 },
    { api: 'other' },
    { unknown: true },
    { owasp: 'LLM11' },
    { hazard: 'S15' },
    { detector_params: { text: 'x'.repeat(20_000) } },
  ])('refuses the definition %o', (more) => {
    expect(fmsDefinition.safeParse({ ...written, ...more }).success).toBe(false);
  });
});

describe('fmsRequests', () => {
  const asked = (api: 'contents' | 'chat' | 'generation' | 'context') =>
    fmsRequests({ api, detector_params: { p: 1 }, context_type: 'docs' }, conversation);

  it('sends the texts to decide on, and leaves out empty ones', () => {
    const input = inputOf(['one', ' ', 'two']);
    const [request] = fmsRequests({ api: 'contents', detector_params: {}, context_type: 'docs' }, input);
    expect(request?.body).toEqual({ contents: ['one', 'two'], detector_params: {} });
    expect(request?.texts.map(({ path }) => path)).toEqual(['messages.0.content', 'messages.2.content']);
  });

  it('sends the conversation', () => {
    const [request] = asked('chat');
    expect(request?.path).toBe('/api/v1/text/chat');
    expect(request?.body).toMatchObject({
      detector_params: { p: 1 },
      messages: [
        { role: 'user', content: 'a fact' },
        { role: 'tool', content: 'a result' },
        { role: 'user', content: 'what?' },
        { role: 'assistant', content: 'that' },
      ],
    });
    expect(request?.texts).toEqual([answer]);
  });

  it('sends question and answer', () => {
    expect(asked('generation')[0]?.body).toMatchObject({ prompt: 'what?', generated_text: 'that' });
  });

  it('sends answer and documents', () => {
    const [request] = asked('context');
    expect(request?.path).toBe('/api/v1/text/context/doc');
    expect(request?.body).toMatchObject({ content: 'that', context_type: 'docs', context: ['a fact', 'a result'] });
  });

  it('has no question without documents or texts', () => {
    const params = { detector_params: {}, context_type: 'docs' } as const;
    expect(hasQuestion({ api: 'context', ...params }, conversation)).toBe(true);
    expect(hasQuestion({ api: 'context', ...params }, inputOf([answer]))).toBe(false);
    expect(hasQuestion({ api: 'contents', ...params }, inputOf([answer]))).toBe(true);
    expect(hasQuestion({ api: 'contents', ...params }, inputOf(['']))).toBe(false);
  });

  it('asks a bounded number of times', () => {
    const many = inputOf(Array.from({ length: 17 }, (_, index) => `text ${index}`));
    const ask = () => fmsRequests({ api: 'generation', detector_params: {}, context_type: 'docs' }, many);
    expect(ask).toThrow(expect.objectContaining({ code: 'payload_too_large' }));
  });
});

describe('failures of a detector', () => {
  it('count against it unless they are refusals of one request', () => {
    expect([400, 413, 422].map((status) => refusalOf(status).code)).toEqual(Array(3).fill('failed_precondition'));
    expect([401, 404, 429, 500, 302].map((status) => refusalOf(status).code)).toEqual(Array(5).fill('upstream_error'));
  });

  it('are why the caller left, when he did', () => {
    const leaving = new AbortController();
    expect(failureOf(new SyntaxError('x'), leaving.signal)).toMatchObject({ code: 'upstream_error' });
    leaving.abort(new WeirError('deadline_exceeded', 'late'));
    expect(failureOf(new SyntaxError('x'), leaving.signal)).toMatchObject({ code: 'deadline_exceeded' });
  });
});
