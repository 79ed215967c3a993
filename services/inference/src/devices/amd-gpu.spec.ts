import { describe, expect, it } from 'vitest';
import { amdDevice } from './amd-gpu.js';

describe('a card of the amdgpu driver', () => {
  it('tells its memory in bytes and its use in percent', () => {
    const files = { total: '17163091968\n', used: '163091968\n', busy: '42\n', name: 'Radeon RX 6800\n' };
    expect(amdDevice(0, files)).toEqual({
      id: 'vulkan:0',
      kind: 'vulkan',
      name: 'Radeon RX 6800',
      memoryTotalBytes: 17_163_091_968,
      memoryFreeBytes: 17_000_000_000,
      utilization: 0.42,
      powerWatts: undefined,
    });
  });

  it('is none when another driver has it', () => {
    const nothing = { total: undefined, used: undefined, busy: undefined, name: undefined };
    expect(amdDevice(0, nothing)).toBeUndefined();
    expect(amdDevice(0, { ...nothing, total: '0\n' })).toBeUndefined();
    expect(amdDevice(1, { ...nothing, total: '8\n' })).toMatchObject({ id: 'vulkan:1', name: 'AMD GPU' });
  });
});
