import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WeirError } from '@weir/errors';

/** The text that models are compared on. Another text is another name: reports on different texts do not compare. */
export const CORPUS = {
  name: 'weir-corpus-v1',
  sha256: '9287c39a5b91acad414dfe6197722fcf1c282d99f4cf91eb7488fb116f155fe5',
} as const;

/**
 * Path of the corpus, which is read whole to be sure of it.
 * @throws WeirError `artifact_mismatch` when it is missing or not the text that it was
 */
export async function verifiedCorpus(from: string = import.meta.dirname): Promise<string> {
  const path = nearest(from);
  if (!path) throw new WeirError('artifact_mismatch', `The corpus ${CORPUS.name} is missing.`);
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  if (sha256 === CORPUS.sha256) return path;
  throw new WeirError('artifact_mismatch', `The corpus ${CORPUS.name} is not the text that it was.`, {
    details: { expected_sha256: CORPUS.sha256, actual_sha256: sha256 },
  });
}

function nearest(folder: string): string | undefined {
  const candidate = join(folder, 'corpus', `${CORPUS.name}.txt`);
  if (existsSync(candidate)) return candidate;
  const above = dirname(folder);
  return above === folder ? undefined : nearest(above);
}
