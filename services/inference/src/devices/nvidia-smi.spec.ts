import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNvidiaSmi } from './nvidia-smi.js';

const MIB = 1_048_576;

describe('the output of nvidia-smi', () => {
  it('is one device per line', () => {
    const devices = parseNvidiaSmi('0, NVIDIA H200, 143771, 1771, 37, 121.50\n1, NVIDIA H200, 143771, 0, 0, 75.00\n');
    expect(devices).toEqual([
      {
        id: 'cuda:0',
        kind: 'cuda',
        name: 'NVIDIA H200',
        memoryTotalBytes: 143_771 * MIB,
        memoryFreeBytes: 142_000 * MIB,
        utilization: 0.37,
        powerWatts: 121.5,
      },
      expect.objectContaining({ id: 'cuda:1', memoryFreeBytes: 143_771 * MIB, utilization: 0 }),
    ]);
  });

  it('may lack what the driver does not tell', () => {
    const [device] = parseNvidiaSmi('0, GRID, 8192, [N/A], [N/A], [Not Supported]');
    expect(device).toMatchObject({ memoryFreeBytes: 8192 * MIB, utilization: undefined, powerWatts: undefined });
  });

  it('never throws and never invents a device', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const device of parseNvidiaSmi(text)) expect(device.memoryTotalBytes).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(parseNvidiaSmi('NVIDIA-SMI has failed because it could not communicate with the driver.')).toEqual([]);
    expect(parseNvidiaSmi('x, name, 5, 5, 5, 5')).toEqual([]);
  });
});
