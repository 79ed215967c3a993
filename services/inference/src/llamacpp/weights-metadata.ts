import { isWeirError } from '@weir/errors';
import { readGgufHeader, type GgufMetadata } from '@weir/gguf';

/** What the header of a weights file says; undefined where our reader refuses a file that the engine may still know. */
export async function weightsMetadata(path: string): Promise<GgufMetadata | undefined> {
  try {
    return (await readGgufHeader(path)).metadata;
  } catch (error) {
    if (isWeirError(error) && error.code === 'invalid_request') return undefined;
    throw error;
  }
}
