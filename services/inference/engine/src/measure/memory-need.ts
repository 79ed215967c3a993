import { GgufInsights, type GgufFileInfo, type Llama } from 'node-llama-cpp';
import { requireFree } from '../model/free-memory.js';

export interface MemoryLimits {
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly gpu: 'off' | 'auto';
  readonly reserveBytes: number;
  readonly availableBytes: number;
}

/** @throws ChildError `insufficient_memory` when both models with their contexts do not fit, before any is loaded */
export async function requireMemoryForBoth(
  llama: Llama,
  files: readonly GgufFileInfo[],
  limits: MemoryLimits,
): Promise<void> {
  let needed = 0;
  for (const file of files) needed += (await modelBytes(llama, file, limits)) + waitingBytes(file, limits);
  requireFree('Both models need', needed, { available: limits.availableBytes, reserve: limits.reserveBytes });
}

async function modelBytes(llama: Llama, file: GgufFileInfo, limits: MemoryLimits): Promise<number> {
  const insights = await GgufInsights.from(file, llama);
  const gpuLayers = limits.gpu === 'off' ? 0 : insights.totalLayers;
  const weights = await insights.estimateModelResourceRequirementsV2({ gpuLayers });
  const context = await insights.estimateContextResourceRequirementsV2({
    contextSize: limits.contextTokens,
    modelGpuLayers: gpuLayers,
    batchSize: limits.batchTokens,
    sequences: 1,
  });
  return weights.cpuRam + context.cpuRam;
}

// One model may be a chunk ahead of the other: its distributions wait as float32.
function waitingBytes(file: GgufFileInfo, { contextTokens }: MemoryLimits): number {
  const vocabulary = file.metadata.tokenizer.ggml?.tokens.length ?? 0;
  return (contextTokens / 2) * vocabulary * Float32Array.BYTES_PER_ELEMENT;
}
