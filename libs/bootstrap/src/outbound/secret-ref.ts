import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { readSettings, setting } from '@weir/config';
import { WeirError } from '@weir/errors';
import { z } from 'zod';

export interface SecretPlaces {
  /** Variables of the process, or those of a test. */
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  /** Folder that secret files must lie in. */
  readonly directory: string;
}

/** Only names made for keys of upstreams: whoever may register a deployment must not read Weir's own secrets. */
const ALLOWED_NAME = /^(?!WEIR_)[A-Z][A-Z0-9_]*_(API_KEY|TOKEN)$|^WEIR_UPSTREAM_[A-Z0-9_]+$/;
const MOST_LENGTH = 8_192;

/**
 * Reads the secret behind `env:NAME` or `file:/path`; empty for no reference.
 * @throws WeirError `invalid_configuration`, which never shows a value
 */
export async function readSecret(ref: string, places: SecretPlaces): Promise<string> {
  if (ref === '') return '';
  const secret = ref.startsWith('env:') ? fromEnv(ref.slice(4), places) : await fromFile(ref, places);
  if (secret.length > MOST_LENGTH || !/^[\x21-\x7e]+$/.test(secret)) throw refused('is empty or has other characters');
  return secret;
}

function fromEnv(name: string, { env }: SecretPlaces): string {
  if (!ALLOWED_NAME.test(name)) throw refused('names a variable that is not *_API_KEY, *_TOKEN or WEIR_UPSTREAM_*');
  const read = readSettings({ secret: setting(name, z.string().min(1), '', { secret: true }) }, env);
  if (!read.ok) throw refused(`names ${name}, which is not set`);
  return read.values.secret.trim();
}

async function fromFile(ref: string, { directory }: SecretPlaces): Promise<string> {
  const path = ref.startsWith('file:') ? ref.slice(5).replace(/^\/\//, '') : '';
  if (!isAbsolute(path)) throw refused('is neither env:NAME nor file:/path');
  try {
    const [real, root] = await Promise.all([realpath(path), realpath(directory)]);
    const inside = relative(root, real);
    if (inside.startsWith('..') || isAbsolute(inside)) throw refused('leaves the folder of secrets');
    return (await readFile(real, 'utf8')).trim();
  } catch (error) {
    throw error instanceof WeirError ? error : refused('names a file that cannot be read', error);
  }
}

function refused(problem: string, cause?: unknown): WeirError {
  return new WeirError('invalid_configuration', `api_key_ref ${problem}.`, { cause });
}
