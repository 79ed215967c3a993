import { describe, expect, it } from 'vitest';
import {
  entropy,
  isPlaceholder,
  kindsOfCharacters,
  looksLikeHexKey,
  looksLikeKey,
  looksLikePassword,
  pieceLength,
  wordLikeness,
} from './randomness.js';

describe('randomness', () => {
  it('measures characters', () => {
    expect(entropy('aaaa')).toBe(0);
    expect(entropy('abcd')).toBe(2);
    expect(entropy('0123456789abcdef')).toBe(4);
    expect(pieceLength('getPasswordHash2')).toBe(4);
    expect(pieceLength('')).toBe(0);
    expect(wordLikeness('thereinthe')).toBe(1);
    expect(wordLikeness('xqzjkvbw')).toBe(0);
    expect(wordLikeness('1-2')).toBe(0);
    expect(kindsOfCharacters('aA1!')).toBe(4);
    expect(kindsOfCharacters('a_b-c')).toBe(1);
  });

  it.each([
    ['Maple4821!', true],
    ['y5UkdohI1jtj', true],
    ['Tr0ub4dor&3', true],
    ['R*9w*oW3#Mb6ml*%', true],
    ['short1!', false],
    ['getPasswordHash', false],
    ['Windows11', false],
    ['DB_PASSWORD_2', false],
    ['2024-11-30', false],
    ['team@example.com', false],
    ['A-Za-z0-9_', false],
    ['%PASSWORD%', false],
    ['$DB_PASSWORD', false],
    [`aA1!${'x9'.repeat(40)}`, false],
  ])('%s can be a password: %s', (text, expected) => {
    expect(looksLikePassword(text)).toBe(expected);
  });

  it.each([
    ['9fK2mQx7Lp4Zt8Rw', true],
    ['kD83/hq2LmZ0+x7Tb9vQ==', true],
    ['9fK2mQx7Lp4Zt8R', false],
    ['sha256-9fK2mQx7Lp4Zt8Rw', false],
    ['/chunks/index.Or9psEGe.js', false],
    ['7c9e6679-7425-40de-944b-e07fc1f90ae7', false],
    ['9fceb02d0ae598e95dc970b74767f19372d61af8', false],
    ['database-credentials-for-production', false],
  ])('%s can be a key: %s', (text, expected) => {
    expect(looksLikeKey(text)).toBe(expected);
  });

  it('wants both kinds of hex digits in a key', () => {
    expect(looksLikeHexKey('0d1f3a5b7c9e0d1f3a5b7c9e0d1f3a5b')).toBe(true);
    expect(looksLikeHexKey('00000000000000000000000000000000')).toBe(false);
    expect(looksLikeHexKey('12345678901234567890123456789012')).toBe(false);
  });

  it.each(['your-api-key', '<token>', '${TOKEN}', 'xxxxxxxx', 'EXAMPLEKEY', '********', 'changeme', '{{secret}}'])(
    '%s is a placeholder',
    (text) => {
      expect(isPlaceholder(text)).toBe(true);
    },
  );

  it('takes a secret for no placeholder', () => {
    expect(isPlaceholder('kD83hq2LmZ0x7Tb9vQ')).toBe(false);
  });
});
