import { isWeirError } from '@weir/errors';
import { fileTypeName, LINEAGE_KEYS, readGgufHeader, type GgufMetadata } from '@weir/gguf';
import type { FileLineage } from './gate.js';

/** What the header of a file that our quantizer wrote says; undefined for every other file. */
export async function lineageInFile(path: string): Promise<FileLineage | undefined> {
  try {
    return lineageOf((await readGgufHeader(path)).metadata);
  } catch (error) {
    // A header that our reader refuses (a type of tensor that it does not know) is none that our quantizer wrote.
    if (isWeirError(error) && error.code === 'invalid_request') return undefined;
    throw error;
  }
}

function lineageOf(metadata: GgufMetadata): FileLineage | undefined {
  const parentSha256 = metadata.string(LINEAGE_KEYS.parentSha256);
  if (parentSha256 === undefined) return undefined;
  return { parentSha256, type: fileTypeName(metadata.number('general.file_type') ?? -1) ?? '' };
}
