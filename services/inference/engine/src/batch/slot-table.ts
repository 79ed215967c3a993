import { ChildError } from '../child-error.js';
import type { Decoder } from '../model/decoder.js';
import type { Generation } from './generation.js';
import { Slot } from './slot.js';
import { chooseSlot } from './slot-choice.js';

/** Requests that wait outside of the slots. Each holds native samplers as large as a vocabulary. */
const MOST_PARKED = 64;

/** Which request is where: in a slot, on its way into one, or parked. */
export class SlotTable {
  readonly slots: readonly Slot[];
  private readonly arriving = new Set<Slot>();
  private readonly parked = new Map<number, Generation>();

  constructor(slots: number, decoder: Decoder) {
    this.slots = Array.from({ length: slots }, (_, sequence) => new Slot(sequence, decoder));
  }

  get isBusy(): boolean {
    return this.slots.some((slot) => slot.generation);
  }

  /** Tokens that the requests in the slots hold. */
  get usedTokens(): number {
    return this.slots.reduce((sum, slot) => sum + (slot.generation ? slot.kept.length : 0), 0);
  }

  /** @throws ChildError `engine_failed` when no slot is free: the parent gives no more requests than there are */
  place(generation: Generation): void {
    const free = this.slots.filter((slot) => !slot.generation);
    const slot = chooseSlot(free, generation.tokens, generation.sampling.tenant ?? '');
    if (!slot) throw new ChildError('engine_failed', 'The engine was given more requests than it has slots.');
    slot.generation = generation;
    this.arriving.add(slot);
  }

  wish(id: number, wish: 'cancel' | 'park'): void {
    const slot = this.slots.find(({ generation }) => generation?.id === id);
    if (slot && slot.wish !== 'cancel') slot.wish = wish;
  }

  /** Slots whose request is to leave. */
  wished(): Slot[] {
    return this.slots.filter((slot) => slot.wish);
  }

  /** Slots whose request has come since the last call. */
  arrived(): Slot[] {
    const arrived = [...this.arriving];
    this.arriving.clear();
    return arrived;
  }

  /** Those that work, who was served last at the end. */
  running(): Slot[] {
    const running = this.slots.filter((slot) => slot.generation && !this.arriving.has(slot));
    return running.sort((a, b) => a.usedAt - b.usedAt || a.generation!.id - b.generation!.id);
  }

  /** False when too many are parked: the request goes on where it is. */
  park(slot: Slot): boolean {
    const { generation } = slot;
    if (!generation || this.parked.size >= MOST_PARKED) {
      slot.wish = undefined;
      return false;
    }
    this.parked.set(generation.id, generation);
    this.leave(slot);
    return true;
  }

  /** Its request is over or elsewhere. */
  leave(slot: Slot): void {
    this.arriving.delete(slot);
    slot.end();
  }

  takeParked(id: number): Generation | undefined {
    const generation = this.parked.get(id);
    this.parked.delete(id);
    return generation;
  }
}
