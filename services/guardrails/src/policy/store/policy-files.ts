import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WeirError } from '@weir/errors';
import { z } from 'zod';
import type { PolicyRecord } from './policy-versions.js';

const file = z.looseObject({ name: z.string(), version: z.number().int().positive().max(1_000_000).default(1) });

/** Author of the policies that come with Weir. */
export const BUILT_IN_AUTHOR = 'weir';

/**
 * The policies in a folder, one JSON file each; `version` beside the document's own fields, 1 when it is absent.
 * @throws WeirError `invalid_configuration` for a file that cannot be read.
 */
export function readPolicyFiles(directory: string): PolicyRecord[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readPolicyFile(join(directory, name)));
}

function readPolicyFile(path: string): PolicyRecord {
  const parsed = file.safeParse(jsonOf(path));
  if (!parsed.success) throw new WeirError('invalid_configuration', `${path} is not a policy with a name.`);
  const { version, ...document } = parsed.data;
  return {
    name: document.name,
    version,
    document: JSON.stringify(document),
    author: BUILT_IN_AUTHOR,
    note: '',
    createdAtMs: 0,
  };
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new WeirError('invalid_configuration', `${path} is not a JSON file.`, { cause: error });
  }
}
