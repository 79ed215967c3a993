import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base58Address, isBitcoinAddress, isEthereumAddress, withEthereumChecksum } from './crypto-addresses.js';
import { keccak256 } from './keccak.js';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

describe('keccak256', () => {
  it.each([
    ['', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
    ['abc', '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45'],
    ['a'.repeat(135), '34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446'],
    ['a'.repeat(136), 'a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e'],
  ])('of %j', (text, hash) => {
    expect(keccak256(text)).toBe(hash);
  });
});

describe('addresses of currencies', () => {
  it.each([
    ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', true],
    ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', false],
    ['3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', true],
    ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', true],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', false],
    ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0', true],
    ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj1', false],
    ['bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', false],
    ['bc1', false],
  ])('Bitcoin %s: %s', (address, valid) => {
    expect(isBitcoinAddress(address)).toBe(valid);
  });

  it('takes every base58check address, and none with a changed character', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(30), fc.nat(56), (hash, place, by) => {
        const address = base58Address(Buffer.concat([Buffer.from([0]), hash]));
        expect(isBitcoinAddress(address)).toBe(true);
        const at = 1 + (place % (address.length - 1));
        const char = BASE58[(BASE58.indexOf(address[at]!) + 1 + by) % 58]!;
        expect(isBitcoinAddress(address.slice(0, at) + char + address.slice(at + 1))).toBe(false);
      }),
    );
  });

  it.each([
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', true],
    ['0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359', true],
    ['0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', true],
    ['0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED', true],
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD', false],
    [`0x${'0'.repeat(40)}`, false],
  ])('Ethereum %s: %s', (address, valid) => {
    expect(isEthereumAddress(address)).toBe(valid);
  });

  it('takes every address with its checksum', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{40}$/), (digits) => {
        fc.pre(!/^(.)\1*$/.test(digits));
        expect(isEthereumAddress(withEthereumChecksum(`0x${digits}`))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
