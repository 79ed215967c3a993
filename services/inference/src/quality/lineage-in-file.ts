import { fileTypeName, LINEAGE_KEYS } from '@weir/gguf';
import { weightsMetadata } from '../llamacpp/weights-metadata.js';
import type { FileLineage } from './gate.js';

/** What the header of a file that our quantizer wrote says; undefined for every other file. */
export async function lineageInFile(path: string): Promise<FileLineage | undefined> {
  // A header that our reader refuses (a type of tensor that it does not know) is none that our quantizer wrote.
  const metadata = await weightsMetadata(path);
  const parentSha256 = metadata?.string(LINEAGE_KEYS.parentSha256);
  if (!metadata || parentSha256 === undefined) return undefined;
  return { parentSha256, type: fileTypeName(metadata.number('general.file_type') ?? -1) ?? '' };
}
