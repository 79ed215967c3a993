import { join } from 'node:path';
import { GgufReader, GgufWriter, type GgufMetadata } from '@weir/gguf';
import { tinyModel } from '@weir/testing';

export interface CopyOptions {
  /** Mantissa bits of each 16-bit weight that are set to 0: the loss. */
  readonly lostBits?: number;
  /** Changes the metadata of the copy. */
  readonly edit?: (metadata: GgufMetadata) => void;
}

/** A copy of the tiny model in a folder. */
export async function tinyCopy(folder: string, name: string, options: CopyOptions = {}) {
  const path = join(folder, `${name}.gguf`);
  const { lostBits = 0, edit = () => undefined } = options;
  await using reader = await GgufReader.open((await tinyModel()).path);
  const { metadata, tensors } = reader.header;
  const edited = metadata.copy();
  edit(edited);
  await using writer = await GgufWriter.create(path, { metadata: edited, tensors });
  for (const tensor of tensors) {
    const bytes = await reader.read(tensor, 0, tensor.bytes);
    if (tensor.type === 'F16') new Uint16Array(bytes.buffer).forEach((_half, at, all) => (all[at]! &= -1 << lostBits));
    await writer.write(bytes);
  }
  return { path, ...(await writer.finish()) };
}

/** What our quantizer writes into its files. */
export const withLineage = (parentSha256: string, fileType: number) => (metadata: GgufMetadata) => {
  metadata.set('weir.lineage.parent_sha256', { type: 'string', value: parentSha256 });
  metadata.set('general.file_type', { type: 'u32', value: fileType });
};

/** Another word for one token. */
export function renameToken(metadata: GgufMetadata): void {
  const key = 'tokenizer.ggml.tokens';
  const tokens = metadata.get(key);
  if (tokens?.type !== 'array') return;
  metadata.set(key, { ...tokens, value: tokens.value.map((token, id) => (id === 300 ? 'elsewhere' : token)) });
}
