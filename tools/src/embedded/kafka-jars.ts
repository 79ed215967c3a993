import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../run.js';
import { SetupError, messageOf } from '../setup-error.js';

const POM = fileURLToPath(new URL('../../kafka/pom.xml', import.meta.url));
const MARK = '.complete';

/**
 * The folder of Kafka's jars, fetched with Maven when it is missing or was made from another pom.
 * The folder appears under its name only when it is whole.
 */
export async function kafkaJars(directory: string): Promise<string> {
  const wanted = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex');
  const present = await readFile(join(directory, MARK), 'utf8').catch(() => '');
  if (present === wanted) return directory;
  const partial = `${directory}.partial-${process.pid}`;
  try {
    await mkdir(dirname(directory), { recursive: true });
    await run('mvn', [
      '-q',
      '-B',
      '-f',
      POM,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${partial}`,
    ]);
    await writeFile(join(partial, MARK), wanted);
    await rm(directory, { recursive: true, force: true });
    await rename(partial, directory);
  } catch (error) {
    throw new SetupError(`Kafka's jars could not be fetched with Maven: ${messageOf(error)}`, { cause: error });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return directory;
}
