import { createHash } from 'node:crypto';
import { keccak256 } from './keccak.js';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Version bytes of addresses on the main network: to a key's hash, to a script's hash. */
const BITCOIN_VERSIONS = [0x00, 0x05];

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const base58Check = (payload: Uint8Array): Buffer => sha256(sha256(payload)).subarray(0, 4);

/** A Bitcoin address: base58check (P2PKH, P2SH), bech32 (BIP 173) or bech32m (BIP 350). */
export function isBitcoinAddress(value: string): boolean {
  return /^bc1/i.test(value) ? isSegwitAddress(value) : isBase58Address(value);
}

function isBase58Address(value: string): boolean {
  let number = 0n;
  for (const char of value) {
    const digit = BASE58.indexOf(char);
    if (digit < 0) return false;
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16);
  if (hex.length > 50) return false;
  const bytes = Buffer.from(hex.padStart(50, '0'), 'hex');
  const payload = bytes.subarray(0, 21);
  const leadingOnes = /^1*/.exec(value)![0].length;
  const leadingZeros = bytes.findIndex((byte) => byte !== 0);
  const checked = base58Check(payload).equals(bytes.subarray(21));
  return BITCOIN_VERSIONS.includes(payload[0]!) && leadingOnes === leadingZeros && checked;
}

/** The base58check address of a version byte and 20 bytes. */
export function base58Address(payload: Uint8Array): string {
  const bytes = Buffer.concat([payload, base58Check(payload)]);
  let number = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = BASE58[Number(number % 58n)]! + text;
  return (
    '1'.repeat(
      Math.max(
        bytes.findIndex((byte) => byte !== 0),
        0,
      ),
    ) + text
  );
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BECH32_STEPS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function isSegwitAddress(value: string): boolean {
  const text = value.toLowerCase();
  if (value !== text && value !== value.toUpperCase()) return false;
  const data = [...text.slice(3)].map((char) => BECH32.indexOf(char));
  if (data.includes(-1)) return false;
  const version = data[0]!;
  const sum = bech32Sum(data);
  const bits = (data.length - 7) * 5;
  const known = version === 0 ? [32, 52].includes(data.length - 7) : version <= 16 && bits >= 16 && bits <= 323;
  return known && sum === (version === 0 ? 1 : 0x2bc830a3);
}

/** The checksum polynomial of BIP 173 over the human-readable part `bc` and the data. */
function bech32Sum(data: readonly number[]): number {
  let sum = 1;
  for (const value of [3, 3, 0, 2, 3, ...data]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (let bit = 0; bit < 5; bit++) if ((top >> bit) & 1) sum ^= BECH32_STEPS[bit]!;
  }
  return sum >>> 0;
}

/** The case of letters carries the checksum of an Ethereum address (EIP-55). */
export function withEthereumChecksum(address: string): string {
  const digits = address.slice(2).toLowerCase();
  const hash = keccak256(digits);
  const cased = [...digits].map((char, index) => (Number.parseInt(hash[index]!, 16) > 7 ? char.toUpperCase() : char));
  return `0x${cased.join('')}`;
}

/** An Ethereum address; where both cases occur, they have to be the checksum. */
export function isEthereumAddress(value: string): boolean {
  const digits = value.slice(2);
  if (/^(.)\1*$/.test(digits)) return false;
  const oneCase = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  return oneCase || withEthereumChecksum(value) === `0x${digits}`;
}
