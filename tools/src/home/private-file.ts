import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One line, readable by its owner only; the file appears whole or not at all. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const partial = await partialOf(path, text);
  await rename(partial, path);
}

/** The line in the file. */
export async function readPrivate(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text?.trim() || undefined;
}

/** A random secret of 256 bit that is made once; of two that make it at the same time, both get the same. */
export async function secretAt(path: string): Promise<string> {
  const present = await readPrivate(path);
  if (present) return present;
  const partial = await partialOf(path, randomBytes(32).toString('base64url'));
  try {
    await link(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(partial, { force: true });
  }
  return (await readPrivate(path)) ?? '';
}

async function partialOf(path: string, line: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(partial, `${line}\n`, { mode: 0o600 });
  return partial;
}
