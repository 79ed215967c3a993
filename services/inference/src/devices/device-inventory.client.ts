import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { amdDevice, type AmdFiles } from './amd-gpu.js';
import type { Device } from './device.js';
import { NVIDIA_SMI_QUERY, parseNvidiaSmi } from './nvidia-smi.js';

const PROBE_TIMEOUT_MS = 2_000;
const MOST_OUTPUT = 65_536;
const DRM = '/sys/class/drm';

const execute = promisify(execFile);

/** What this machine has: its processors, and the accelerators whose drivers tell of them. */
export async function findDevices(): Promise<Device[]> {
  const accelerators = await Promise.all([nvidia(), amd()]);
  return [processor(), ...metal(), ...accelerators.flat()];
}

function processor(): Device {
  const cores = cpus();
  return {
    id: 'cpu',
    kind: 'cpu',
    name: `${cores.length} x ${cores[0]?.model.trim() ?? 'processor'}`,
    // The limit of a container counts, where there is one.
    memoryTotalBytes: process.constrainedMemory() > 0 ? Math.min(process.constrainedMemory(), totalmem()) : totalmem(),
    memoryFreeBytes: process.availableMemory(),
    utilization: undefined,
    powerWatts: undefined,
  };
}

/** Apple's GPU has the processor's memory. */
function metal(): Device[] {
  if (platform() !== 'darwin' || process.arch !== 'arm64') return [];
  return [{ ...processor(), id: 'metal:0', kind: 'metal' }];
}

async function nvidia(): Promise<Device[]> {
  try {
    const { stdout } = await execute('nvidia-smi', NVIDIA_SMI_QUERY, {
      timeout: PROBE_TIMEOUT_MS,
      maxBuffer: MOST_OUTPUT,
    });
    return parseNvidiaSmi(stdout);
  } catch {
    // No driver, no device: most machines have none, and a driver that hangs must not stop the others.
    return [];
  }
}

async function amd(): Promise<Device[]> {
  const entries = await readdir(DRM).catch(() => []);
  const cards = entries.filter((name) => /^card\d+$/.test(name)).sort();
  const devices: Device[] = [];
  for (const card of cards) {
    const device = amdDevice(devices.length, await amdFiles(join(DRM, card, 'device')));
    if (device) devices.push(device);
  }
  return devices;
}

async function amdFiles(folder: string): Promise<AmdFiles> {
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => undefined);
  const [total, used, busy, name] = await Promise.all(
    ['mem_info_vram_total', 'mem_info_vram_used', 'gpu_busy_percent', 'product_name'].map(read),
  );
  return { total, used, busy, name };
}
