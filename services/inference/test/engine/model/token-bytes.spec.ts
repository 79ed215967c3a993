import { describe, expect, it } from 'vitest';
import { tokenBytes } from '../../../engine/src/model/token-bytes.js';

const text = (bytes: readonly number[]) => Buffer.from(bytes).toString('utf8');

describe('tokenBytes', () => {
  it('reads the letters of byte-level vocabularies', () => {
    expect(text(tokenBytes('Ġriver', 'bytes'))).toBe(' river');
    expect(text(tokenBytes('Ċ', 'bytes'))).toBe('\n');
    expect(tokenBytes('ðŁ', 'bytes')).toEqual([0xf0, 0x9f]);
    expect(text(tokenBytes('<|im_end|>', 'bytes'))).toBe('<|im_end|>');
    expect(text(tokenBytes('日本', 'bytes'))).toBe('日本');
  });

  it('has one letter for each of the 256 bytes', () => {
    const letters = Array.from({ length: 0x200 }, (_, code) => String.fromCodePoint(code));
    const bytes = letters.map((letter) => tokenBytes(letter, 'bytes')).filter((found) => found.length === 1);
    expect(new Set(bytes.map(([byte]) => byte)).size).toBe(256);
  });

  it('reads the pieces of SentencePiece', () => {
    expect(text(tokenBytes('▁the▁sea', 'pieces'))).toBe(' the sea');
    expect(tokenBytes('<0xE2>', 'pieces')).toEqual([0xe2]);
    expect(text(tokenBytes('</s>', 'pieces'))).toBe('</s>');
  });

  it('takes others as they are', () => {
    expect(text(tokenBytes('Ġx', 'text'))).toBe('Ġx');
  });
});
