import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_BYTES = 24;
/** Base62 digits that hold 192 bits, and those that hold 32. */
const BODY_LENGTH = 33;
const CHECKSUM_LENGTH = 6;
const SHAPE = new RegExp(`^(weir_[a-z0-9]{1,12}_[0-9A-Za-z]{${BODY_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`);

/**
 * A new secret, `weir_<env>_<33 base62 digits of 192 random bits><CRC32 in 6 base62 digits>`.
 * @param env 1 to 12 lower-case letters or digits, for example `live`.
 */
export function createApiKeySecret(env: string, random: (size: number) => Uint8Array = randomBytes): string {
  if (!/^[a-z0-9]{1,12}$/.test(env)) throw new RangeError('The environment of a key is 1 to 12 of a-z and 0-9.');
  const bits = BigInt(`0x${Buffer.from(random(RANDOM_BYTES)).toString('hex')}`);
  const unsigned = `weir_${env}_${base62(bits, BODY_LENGTH)}`;
  return unsigned + checksumOf(unsigned);
}

/** Whether the text has the form and the checksum of a key. Says nothing about whether the key exists. */
export function looksLikeApiKey(text: string): boolean {
  const match = SHAPE.exec(text);
  return match?.[1] !== undefined && checksumOf(match[1]) === match[2];
}

/** What is stored and published of a key: HMAC-SHA256 of the secret under the installation's pepper, 64 hex digits. */
export function hashApiKey(secret: string, pepper: string): string {
  return createHmac('sha256', pepper).update(secret).digest('hex');
}

function checksumOf(unsigned: string): string {
  return base62(BigInt(crc32(unsigned)), CHECKSUM_LENGTH);
}

function base62(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; digits.length < length; rest /= 62n) digits = ALPHABET[Number(rest % 62n)] + digits;
  return digits;
}
