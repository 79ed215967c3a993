import { BoundedCache } from '@weir/bootstrap';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { deriveKey, seal, unseal } from '../policy/sealing.js';
import { recordedInput, type RecordedInput } from './redecide.js';

const MAX_KEYS = 1_000;
/** Of an opened record, so that a small one cannot grow without end. */
const MAX_OPENED_BYTES = 64 * 2 ** 20;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Seals texts with a key of their project: AES-256-GCM, the key from the installation's secret and the project's id. */
export class ContentSeal {
  readonly #secret: string;
  readonly #keys = new BoundedCache<string, Buffer>(MAX_KEYS);

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** Base64 of nonce, compressed and sealed JSON, and tag. */
  async seal(projectId: string, input: RecordedInput): Promise<string> {
    const compressed = await compress(JSON.stringify(input));
    return seal(this.#keyOf(projectId), projectId, compressed).toString('base64');
  }

  /** Undefined for what was sealed for another project, with another secret, or changed since. */
  async open(projectId: string, sealed: string): Promise<RecordedInput | undefined> {
    const opened = unseal(this.#keyOf(projectId), projectId, Buffer.from(sealed, 'base64'));
    const parsed = opened && recordedInput.safeParse(await inflated(opened));
    return parsed?.success ? parsed.data : undefined;
  }

  #keyOf(projectId: string): Buffer {
    const key = this.#keys.get(projectId) ?? deriveKey(this.#secret, `content of ${projectId}`);
    this.#keys.set(projectId, key);
    return key;
  }
}

async function inflated(bytes: Buffer): Promise<unknown> {
  try {
    return JSON.parse((await decompress(bytes, { maxOutputLength: MAX_OPENED_BYTES })).toString());
  } catch {
    return undefined;
  }
}
