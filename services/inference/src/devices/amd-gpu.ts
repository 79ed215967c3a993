import type { Device } from './device.js';

/** Files of the amdgpu driver below /sys/class/drm/card*\/device; undefined where there is none. */
export interface AmdFiles {
  /** mem_info_vram_total and mem_info_vram_used: bytes. */
  readonly total: string | undefined;
  readonly used: string | undefined;
  /** gpu_busy_percent. */
  readonly busy: string | undefined;
  /** product_name. */
  readonly name: string | undefined;
}

/** A graphics card of AMD, which llama.cpp uses by Vulkan; undefined for cards of other drivers. */
export function amdDevice(index: number, files: AmdFiles): Device | undefined {
  const total = bytesOf(files.total);
  if (total === undefined || total === 0) return undefined;
  const busy = bytesOf(files.busy);
  return {
    id: `vulkan:${index}`,
    kind: 'vulkan',
    name: files.name?.trim() || 'AMD GPU',
    memoryTotalBytes: total,
    memoryFreeBytes: Math.max(0, total - (bytesOf(files.used) ?? 0)),
    utilization: busy === undefined ? undefined : Math.min(1, busy / 100),
    powerWatts: undefined,
  };
}

function bytesOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
