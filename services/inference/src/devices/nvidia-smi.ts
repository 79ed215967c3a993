import type { Device } from './device.js';

/** Arguments that make nvidia-smi print what `parseNvidiaSmi` reads. */
export const NVIDIA_SMI_QUERY = [
  '--query-gpu=index,name,memory.total,memory.used,utilization.gpu,power.draw',
  '--format=csv,noheader,nounits',
];

const MIB = 1_048_576;
/** More lines than any machine has devices. */
const MOST_DEVICES = 64;

/** Reads one line per device: MiB, percent and watts. What a driver does not support reads `[N/A]`. */
export function parseNvidiaSmi(output: string): Device[] {
  const lines = output.split('\n').slice(0, MOST_DEVICES);
  return lines.flatMap((line) => deviceOf(line.split(',').map((field) => field.trim())) ?? []);
}

function deviceOf([index, name, total, used, utilization, power]: readonly string[]): Device | undefined {
  const memoryTotal = numberOf(total);
  if (!index || !/^\d+$/.test(index) || !name || memoryTotal === undefined) return undefined;
  const percent = numberOf(utilization);
  return {
    id: `cuda:${index}`,
    kind: 'cuda',
    name,
    memoryTotalBytes: memoryTotal * MIB,
    memoryFreeBytes: Math.max(0, memoryTotal - (numberOf(used) ?? 0)) * MIB,
    utilization: percent === undefined ? undefined : percent / 100,
    powerWatts: numberOf(power),
  };
}

function numberOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
