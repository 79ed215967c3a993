import { stat } from 'node:fs/promises';
import type { DeploymentState } from '@weir/contracts';
import type { GgufMetadata } from '@weir/gguf';
import { weightsMetadata } from '../llamacpp/weights-metadata.js';
import type { DevicesService } from './devices.service.js';
import type { EngineDevices } from './engine-devices.js';
import { estimateBytes, type ModelShape } from './estimate.js';

/** Tokens of the largest batch of an engine. */
const BATCH_TOKENS = 512;

/** The room of one deployment on the devices of this machine. */
export class DevicePlacement implements EngineDevices {
  constructor(
    private readonly devices: Pick<DevicesService, 'place' | 'loaded' | 'release'>,
    private readonly deployment: DeploymentState,
  ) {}

  async place(path: string): Promise<string> {
    const { id, engine } = this.deployment;
    const run = { slots: engine.slots, contextTokens: engine.context_tokens, batchTokens: BATCH_TOKENS };
    return (await this.devices.place(id, estimateBytes(await shapeOf(path), run))).device;
  }

  loaded(device: string): void {
    this.devices.loaded(this.deployment.id, device);
  }

  release(): void {
    this.devices.release(this.deployment.id);
  }
}

async function shapeOf(path: string): Promise<ModelShape> {
  const { size } = await stat(path);
  const metadata = await weightsMetadata(path);
  // A type of tensor that our reader does not know may be one that the engine does: then only the weights are counted.
  return metadata ? modelShape(metadata, size) : { ...NO_SHAPE, weightBytes: size };
}

const NO_SHAPE = { layers: 0, embeddingLength: 0, heads: 0, kvHeads: 0, vocabulary: 0 };

export function modelShape(metadata: GgufMetadata, weightBytes: number): ModelShape {
  const architecture = metadata.string('general.architecture') ?? '';
  const number = (key: string) => metadata.number(`${architecture}.${key}`) ?? 0;
  const heads = number('attention.head_count');
  return {
    weightBytes,
    layers: number('block_count'),
    embeddingLength: number('embedding_length'),
    heads,
    kvHeads: number('attention.head_count_kv') || heads,
    vocabulary: number('vocab_size'),
  };
}
