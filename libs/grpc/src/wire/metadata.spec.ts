import { describe, expect, it } from 'vitest';
import { AnswerMetadata, checkEntry, isOwnKey, isRequestId, sortHeaders } from './metadata.js';

describe('metadata', () => {
  it('is refused where a wire would refuse or change it', () => {
    const bad: [string, string][] = [
      ['Upper', 'x'],
      ['', 'x'],
      ['with space', 'x'],
      ['authorization', 'x'],
      ['grpc-timeout', 'x'],
      ['x-weir-principal', 'x'],
      ['data-bin', 'x'],
      ['x-line', 'a\nb'],
      ['x-umlaut', 'ü'],
      ['x-padded', ' a'],
      ['x-long', 'a'.repeat(4097)],
    ];
    for (const [key, value] of bad) expect(() => checkEntry(key, value, 'invalid_request'), key).toThrow(/metadata/);
    expect(() => checkEntry('x-fine_1.2', 'All printable ~!', 'invalid_request')).not.toThrow();
    expect(() => new AnswerMetadata().set('x-a', 'ö')).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(new AnswerMetadata().set('x-a', 'o').get('x-a')).toBe('o');
  });

  it('is sorted into what Weir reads and what the handler gets', () => {
    const headers = sortHeaders([
      ['x-request-id', 'r'],
      ['traceparent', 't'],
      ['authorization', 'a'],
      ['x-weir-identity', 'i'],
      ['x-weir-principal', 'p'],
      ['user-agent', 'grpc'],
      ['x-own', 'o'],
    ]);
    expect({ ...headers, own: Object.fromEntries(headers.own) }).toEqual({
      requestId: 'r',
      traceparent: 't',
      authorization: 'a',
      identity: 'i',
      principal: 'p',
      own: { 'x-own': 'o' },
    });
    expect(isOwnKey(':path')).toBe(false);
  });

  it('takes request ids of up to 128 printable characters', () => {
    for (const good of ['a', 'x'.repeat(128), '~!-_']) expect(isRequestId(good)).toBe(true);
    for (const bad of [undefined, '', 'x'.repeat(129), 'a b', 'ü', 'a\n']) expect(isRequestId(bad)).toBe(false);
  });
});
