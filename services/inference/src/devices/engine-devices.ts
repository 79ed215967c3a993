import type { LoadOptions } from '../../engine/src/protocol.js';
import type { Device } from './device.js';

/** Where one engine may run. */
export interface EngineDevices {
  /**
   * Finds a device with room for the weights and keeps the room.
   * @throws WeirError `insufficient_memory` with the numbers
   */
  place(path: string): Promise<Device['id']>;
  /** The model is in memory; `device` is where the engine says that it is. */
  loaded(device: string): void;
  /** The memory is free again. */
  release(): void;
}

export interface EngineDevice {
  readonly gpu: LoadOptions['gpu'];
  /** Variables that let the engine see this device only. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How an engine process is told its device. */
export function engineDevice(id: Device['id']): EngineDevice {
  const [kind = '', index = '0'] = id.split(':');
  if (kind === 'cuda') return { gpu: 'cuda', environment: { CUDA_VISIBLE_DEVICES: index } };
  if (kind === 'vulkan') return { gpu: 'vulkan', environment: { GGML_VK_VISIBLE_DEVICES: index } };
  return { gpu: kind === 'metal' ? 'metal' : 'off', environment: {} };
}
