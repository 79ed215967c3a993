import { describe, expect, it } from 'vitest';
import { Grammars } from '../../../engine/src/sampling/grammars.js';

function compiled() {
  const texts: string[] = [];
  const grammars = new Grammars({
    grammar: (text) => {
      if (text === 'wrong') throw new TypeError('Failed to parse grammar');
      texts.push(text);
      return { of: text };
    },
    copyOf: (state) => ({ copy: state }),
  });
  return { grammars, texts };
}

describe('Grammars', () => {
  it('compiles a text once and gives each request a state of its own', () => {
    const { grammars, texts } = compiled();
    const [one, other] = [grammars.stateOf('a'), grammars.stateOf('a')];
    expect(one).not.toBe(other);
    expect(one).toEqual({ copy: { of: 'a' } });
    expect(texts).toEqual(['a']);
  });

  it('keeps the last used ones only', () => {
    const { grammars, texts } = compiled();
    for (let index = 0; index < 64; index++) grammars.stateOf(String(index));
    grammars.stateOf('0');
    grammars.stateOf('new');
    grammars.stateOf('0');
    expect(texts).toHaveLength(65);
    grammars.stateOf('1');
    expect(texts.at(-1)).toBe('1');
  });

  it('says what llama.cpp does not take', () => {
    expect(() => compiled().grammars.stateOf('wrong')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
