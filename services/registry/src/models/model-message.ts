import type { ModelState, ModelVersionState, registryV1 } from '@weir/contracts';
import type { Stored } from '../changes/stored.js';

export function modelMessage({ object, revision }: Stored<ModelState>): registryV1.Model {
  const { id, name, description, license, aliases, created_at } = object;
  return { id, name, description, license, aliases, createdAtMs: created_at, revision };
}

export function modelVersionMessage({ object }: Stored<ModelVersionState>): registryV1.ModelVersion {
  return {
    id: object.id,
    modelName: object.model_name,
    version: object.version,
    artifacts: object.artifacts.map(({ path, uri, sha256, size_bytes }) => ({
      path,
      uri,
      sha256,
      sizeBytes: size_bytes,
    })),
    format: object.format,
    source: object.source,
    quantization: object.quantization,
    contextTokens: object.context_tokens,
    createdAtMs: object.created_at,
  };
}
