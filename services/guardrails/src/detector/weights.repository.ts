import { WeirError } from '@weir/errors';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Weights of the classifiers that come with Weir. */
export interface Weights {
  readonly injection: Uint8Array;
  readonly toxicity: Uint8Array;
}

/** @throws WeirError `invalid_configuration` for a file that cannot be read. */
export function readWeights(directory: string): Weights {
  const read = (name: string): Uint8Array => {
    const path = join(directory, name);
    try {
      return readFileSync(path);
    } catch (error) {
      throw new WeirError('invalid_configuration', `The weights ${path} cannot be read.`, { cause: error });
    }
  };
  return { injection: read('injection.bin'), toxicity: read('toxicity.bin') };
}
