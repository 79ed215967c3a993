import { getLlama, LlamaLogLevel, type Llama, type LlamaOptions } from 'node-llama-cpp';

/** The library as it was installed: nothing is built or fetched. */
export function openLlama(gpu: LlamaOptions['gpu']): Promise<Llama> {
  return getLlama({ gpu, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error });
}
