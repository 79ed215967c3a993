import { GgufInsights, readGgufFileInfo, type Llama } from 'node-llama-cpp';
import { ChildError } from '../child-error.js';
import type { LoadOptions } from '../protocol.js';

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
    this.require('model', weights.cpuRam + (await this.contextBytes(shape)), available);
  }

  /**
   * Before one more context is made for the loaded weights.
   * @throws ChildError `insufficient_memory` with the numbers
   */
  async requireContext(what: string, shape: ContextShape, available: number): Promise<void> {
    this.require(what, await this.contextBytes(shape), available);
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

  private require(what: string, needed: number, available: number): void {
    const reserve = this.options.memoryReserveBytes;
    if (needed + reserve <= available) return;
    throw new ChildError(
      'insufficient_memory',
      `The ${what} needs ${mebibytes(needed)} MiB and ${mebibytes(reserve)} MiB must stay free, ` +
        `but only ${mebibytes(available)} MiB are available.`,
      { needed_bytes: needed, available_bytes: available, reserve_bytes: reserve },
    );
  }
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);
