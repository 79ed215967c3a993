import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WeirError } from '@weir/errors';

/**
 * Folder of the engine package: the one that is set, or the nearest `engine` folder above this file.
 * @throws WeirError `invalid_configuration` when it is not installed or not built
 */
export function engineDirectory(given: string): string {
  const directory = given || nearest(import.meta.dirname);
  if (!directory || !existsSync(join(directory, 'node_modules', 'node-llama-cpp'))) {
    throw new WeirError(
      'invalid_configuration',
      'The engine is not installed; run `npm ci` in services/inference/engine.',
    );
  }
  if (!existsSync(join(directory, 'dist', 'main.js'))) {
    throw new WeirError('invalid_configuration', 'The engine is not built; run `npx tsc -b services/inference`.');
  }
  return directory;
}

function nearest(folder: string): string | undefined {
  const candidate = join(folder, 'engine');
  if (existsSync(join(candidate, 'package.json'))) return candidate;
  const above = dirname(folder);
  return above === folder ? undefined : nearest(above);
}
