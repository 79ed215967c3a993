import { describe, expect, it } from 'vitest';
import { parseDocument, readDocument } from './read-document.js';

const refused = (param?: string) =>
  expect.objectContaining({ code: 'invalid_configuration', ...(param ? { param } : {}) });

describe('a document', () => {
  it('is a policy with all its defaults', () => {
    expect(readDocument({ name: 'a', rules: [{ check: 'x', action: 'mask' }] })).toEqual({
      name: 'a',
      description: '',
      mode: 'enforce',
      checks: {},
      rules: [
        {
          check: 'x',
          action: 'mask',
          replacement: '[REMOVED]',
          shadow: false,
          on_error: 'closed',
          deadline_ms: 1_000,
        },
      ],
      downgrade: { max_output_tokens: 256 },
      message: '',
      canary: false,
    });
  });

  it.each<[unknown, string | undefined]>([
    [undefined, undefined],
    ['text', undefined],
    [{}, 'name'],
    [{ name: 'Not A Name' }, 'name'],
    [{ name: 'a', rules: [{ check: 'x', action: 'mask', threshold: 2 }] }, 'rules.0.threshold'],
    [{ name: 'a', rules: [{ check: 'x', action: 'mask', on_error: 'retry' }] }, 'rules.0.on_error'],
    [{ name: 'a', rules: [{ check: 'x', action: 'mask', deadline_ms: 0 }] }, 'rules.0.deadline_ms'],
    [{ name: 'a', rules: Array(201).fill({ check: 'x', action: 'mask' }) }, 'rules'],
    [{ name: 'a', checks: { b: {} } }, 'checks.b.kind'],
  ])('is refused: %j', (input, param) => {
    expect(() => readDocument(input)).toThrow(refused(param));
  });

  it('is not read when it is too long or no JSON', () => {
    expect(parseDocument(' {"name": "a"} ')).toEqual({ name: 'a' });
    expect(() => parseDocument('{"name": ')).toThrow(refused());
    expect(() => parseDocument(' '.repeat(2_000_000))).toThrow(refused());
    const deep = `{"name": "a", "logic": ${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`;
    expect(() => readDocument(parseDocument(deep))).toThrow(refused());
  });
});
