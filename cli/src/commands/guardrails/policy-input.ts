import { readFile } from 'node:fs/promises';
import { CliError, InputError } from '../../cli-error.js';

/** NAME, or NAME@VERSION; version 0 = the one in force. @throws InputError */
export function policyName(text: string): { name: string; version: number } {
  const [, name, version] = /^([^@]+)(?:@([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (!name) throw new InputError(`${text} names no policy: write NAME or NAME@VERSION, as in default@2.`);
  return { name, version: Number(version ?? 0) };
}

/**
 * The policy in a file, as JSON. A `version` in it is left out: a policy gets one when it is published.
 * @throws CliError when it cannot be read, InputError when it is no JSON object
 */
export async function readPolicy(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new CliError(`${file} cannot be read.`);
  try {
    const { version: _, ...document } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(document);
  } catch {
    throw new InputError(`${file} is not a JSON object.`);
  }
}
