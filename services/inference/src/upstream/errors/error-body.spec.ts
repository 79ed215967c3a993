import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeError } from './error-body.js';

describe('describeError', () => {
  it.each([
    [
      'OpenAI',
      { error: { message: 'no', type: 'invalid_request_error', param: 'top_p', code: 'bad' } },
      { message: 'no', type: 'invalid_request_error', param: 'top_p', code: 'bad' },
    ],
    ['vLLM', { error: { message: 'no', code: 400, param: null } }, { message: 'no', code: '400', param: '' }],
    [
      'an older vLLM',
      { object: 'error', message: 'no', type: 'BadRequestError', code: 400 },
      { message: 'no', code: '400' },
    ],
    [
      'Azure',
      { error: { code: 'content_filter', message: 'filtered', innererror: { code: 'x' } } },
      { code: 'content_filter' },
    ],
    [
      'Anthropic',
      { type: 'error', error: { type: 'overloaded_error', message: 'busy' } },
      { message: 'busy', type: 'overloaded_error' },
    ],
    ['Ollama', { error: 'model not found' }, { message: 'model not found' }],
    ['TGI', { error: 'too long', error_type: 'validation' }, { message: 'too long', type: 'validation' }],
    ['FastAPI', { detail: 'nope' }, { message: 'nope' }],
    [
      'FastAPI with places',
      { detail: [{ loc: ['body', 'stop', 0], msg: 'a string is needed', type: 'string_type' }] },
      { message: 'a string is needed', param: 'stop.0', type: 'string_type' },
    ],
    ['a bare message', { message: 'no' }, { message: 'no' }],
  ])('reads %s', (_whose, body, described) => {
    expect(describeError(JSON.stringify(body))).toMatchObject(described);
  });

  it.each(['<html>secret</html>', '"secret"', '[{"message":"secret"}]', '{"text":"secret"}', '{"detail":{}}', ''])(
    'shows nothing of %s',
    (body) => {
      expect(describeError(body)).toEqual({ message: '', code: '', type: '', param: '' });
    },
  );

  it('is short and never fails', () => {
    const long = 'x'.repeat(1_000);
    expect(describeError(JSON.stringify({ error: { message: long, param: long } }))).toMatchObject({
      message: long.slice(0, 300),
      param: '',
    });
    fc.assert(fc.property(fc.json(), (body) => describeError(body).message.length <= 300));
  });
});
