import { tinyModel } from '@weir/testing';
import { isReady, localEngine, modelFile, versionOf } from '../fixtures.js';
import { engineContract, MAX_QUEUE, MOST_TOKENS, SLOTS, type ContractEngine } from './engine-contract.js';

/** A real engine process with a real model. */
async function llamacppEngine(path: string): Promise<ContractEngine> {
  const engine = { slots: SLOTS, max_queue: MAX_QUEUE, max_output_tokens: MOST_TOKENS, context_tokens: 1_024 };
  const local = localEngine(await versionOf(path), engine);
  const { backend } = local;
  await isReady(backend);
  return {
    backend,
    busy: () => backend.capacity.running,
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}

engineContract('llama.cpp with SmolLM2', () => llamacppEngine(modelFile()), { embeddings: true });
engineContract('llama.cpp with a tiny model', async () => llamacppEngine((await tinyModel()).path), {
  embeddings: true,
});
