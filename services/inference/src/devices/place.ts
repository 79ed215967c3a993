import { WeirError } from '@weir/errors';
import type { Device, Placement } from './device.js';

export interface PlacementWish {
  readonly deploymentId: string;
  readonly estimatedBytes: number;
  /** Bytes that stay free on every device. */
  readonly reserveBytes: number;
  /** Whether accelerators are considered. */
  readonly accelerators: boolean;
}

/**
 * The device for a model: the accelerator with the least room that still holds it, so that larger ones stay free for
 * larger models; the processor when none does. What was placed but is not loaded yet counts as taken.
 * @throws WeirError `insufficient_memory` with the numbers of every device
 */
export function place(wish: PlacementWish, devices: readonly Device[], loading: readonly Placement[]): Placement {
  const rooms = devices
    .filter((device) => device.kind === 'cpu' || wish.accelerators)
    .map((device) => ({ device, room: device.memoryFreeBytes - wish.reserveBytes - promised(device, loading) }));
  const fitting = rooms.filter(({ room }) => room >= wish.estimatedBytes).sort((a, b) => a.room - b.room);
  const best = fitting.find(({ device }) => device.kind !== 'cpu') ?? fitting[0];
  if (best) {
    return { deploymentId: wish.deploymentId, device: best.device.id, estimatedBytes: wish.estimatedBytes };
  }
  const details = Object.fromEntries(rooms.map(({ device, room }) => [`${device.id}_room_bytes`, Math.max(0, room)]));
  throw new WeirError('insufficient_memory', messageOf(wish, rooms), {
    details: { needed_bytes: wish.estimatedBytes, reserve_bytes: wish.reserveBytes, ...details },
  });
}

function promised(device: Device, loading: readonly Placement[]): number {
  return loading.filter((one) => one.device === device.id).reduce((sum, one) => sum + one.estimatedBytes, 0);
}

function messageOf(wish: PlacementWish, rooms: readonly { device: Device; room: number }[]): string {
  const each = rooms.map(({ device, room }) => `${device.id} has room for ${mebibytes(Math.max(0, room))} MiB`);
  return `The model needs about ${mebibytes(wish.estimatedBytes)} MiB; ${each.join(', ')}.`;
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);
