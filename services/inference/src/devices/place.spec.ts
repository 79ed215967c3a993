import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from './device.js';
import { place } from './place.js';

const GIB = 2 ** 30;

function device(id: string, freeGib: number): Device {
  const kind = id.split(':')[0] as Device['kind'];
  const memory = { memoryTotalBytes: 64 * GIB, memoryFreeBytes: freeGib * GIB };
  return { id, kind, name: id, ...memory, utilization: undefined, powerWatts: undefined };
}

const wish = { deploymentId: 'd1', estimatedBytes: 8 * GIB, reserveBytes: GIB, accelerators: true };

describe('placement', () => {
  it('takes the accelerator with the least room that still fits', () => {
    const devices = [device('cpu', 60), device('cuda:0', 40), device('cuda:1', 10), device('cuda:2', 8)];
    expect(place(wish, devices, []).device).toBe('cuda:1');
  });

  it('counts what is placed there but not loaded yet', () => {
    const devices = [device('cpu', 60), device('cuda:0', 40), device('cuda:1', 10)];
    const loading = [{ deploymentId: 'd0', device: 'cuda:1', estimatedBytes: 2 * GIB }];
    expect(place(wish, devices, loading).device).toBe('cuda:0');
  });

  it('falls back to the processor, and stays there when accelerators are off', () => {
    expect(place(wish, [device('cpu', 60), device('cuda:0', 4)], []).device).toBe('cpu');
    expect(place({ ...wish, accelerators: false }, [device('cpu', 60), device('cuda:0', 40)], []).device).toBe('cpu');
  });

  it('refuses with the numbers what fits nowhere', () => {
    const refused = () => place(wish, [device('cpu', 8), device('cuda:0', 4)], []);
    expect(refused).toThrow(WeirError);
    expect(refused).toThrow(/needs about 8192 MiB; cpu has room for 7168 MiB, cuda:0 has room for 3072 MiB/);
  });

  it('never promises more than a device has, whatever comes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 20 });
    fc.assert(
      fc.property(sizes, (needs) => {
        const devices = [device('cpu', 32), device('cuda:0', 24), device('vulkan:0', 12)];
        const all: ReturnType<typeof place>[] = [];
        for (const [index, gib] of needs.entries()) {
          try {
            all.push(place({ ...wish, deploymentId: `d${index}`, estimatedBytes: gib * GIB }, devices, all));
          } catch (error) {
            expect((error as WeirError).code).toBe('insufficient_memory');
          }
        }
        for (const { id, memoryFreeBytes } of devices) {
          const taken = all.filter((one) => one.device === id).reduce((sum, one) => sum + one.estimatedBytes, 0);
          expect(taken + (taken > 0 ? wish.reserveBytes : 0)).toBeLessThanOrEqual(memoryFreeBytes);
        }
      }),
    );
  });
});
