import { GgufInsights, readGgufFileInfo, type Llama } from 'node-llama-cpp';
import type { LoadOptions } from '../protocol.js';
import { requireFree } from './free-memory.js';

export interface ContextShape {
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly sequences: number;
}

/** What a model file needs in memory, told from its header. */
export class MemoryEstimate {
  private constructor(
    private readonly insights: GgufInsights,
    private readonly options: LoadOptions,
    private readonly usesGpu: boolean,
  ) {}

  static async of(llama: Llama, options: LoadOptions): Promise<MemoryEstimate> {
    const insights = await GgufInsights.from(await readGgufFileInfo(options.modelPath), llama);
    return new MemoryEstimate(insights, options, llama.gpu !== false);
  }

  /**
   * Before the weights and a context are loaded.
   * @throws ChildError `insufficient_memory` with the numbers
   */
  async requireModel(shape: ContextShape, available: number): Promise<void> {
    const weights = await this.insights.estimateModelResourceRequirementsV2({ gpuLayers: this.gpuLayers });
    this.require('The model needs', weights.cpuRam + (await this.contextBytes(shape)), available);
  }

  /**
   * Before one more context is made for the loaded weights.
   * @throws ChildError `insufficient_memory` with the numbers
   */
  async requireContext(what: string, shape: ContextShape, available: number): Promise<void> {
    this.require(`The ${what} needs`, await this.contextBytes(shape), available);
  }

  private get gpuLayers(): number {
    return this.usesGpu ? this.insights.totalLayers : 0;
  }

  private async contextBytes({ contextTokens, batchTokens, sequences }: ContextShape): Promise<number> {
    const { cpuRam } = await this.insights.estimateContextResourceRequirementsV2({
      contextSize: Math.min(contextTokens, this.insights.trainContextSize ?? contextTokens),
      modelGpuLayers: this.gpuLayers,
      batchSize: batchTokens,
      sequences,
    });
    return cpuRam;
  }

  private require(needs: string, needed: number, available: number): void {
    requireFree(needs, needed, { available, reserve: this.options.memoryReserveBytes });
  }
}
