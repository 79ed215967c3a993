import { WeirError } from '@weir/errors';

/** Nobody came by yet. */
export const UNKNOWN = 0;
/** No pattern can match any more. */
export const DEAD = 1;

/** Patterns have ended in this state, or before units that nobody sees. */
export const ACCEPTING = 1;
/** Nothing can follow, and no character has a say in what has ended. */
export const COMPLETE = 2;
/** Patterns that skip units are among those that go on. */
export const FOLDS = 4;

/** A state of all patterns together: every place in every pattern that the text so far can have led to. */
export interface StateDetails {
  readonly members: Int32Array;
  /** Patterns that have ended. */
  readonly accepts: readonly number[];
  /** Patterns that can go on. */
  readonly going: readonly number[];
  /** Nothing is read yet: a unit that is not seen begins nothing. */
  readonly begins: boolean;
  readonly flags: number;
  /** Longest value of the patterns that go on. */
  readonly limit: number;
}

const FIRST_CAPACITY = 128;
const NOWHERE: StateDetails = { members: new Int32Array(), accepts: [], going: [], begins: false, flags: 0, limit: 0 };

/** States have 16 bits. */
const MAX_STATES = 0x10000;

/** The states that are known, in rows of one number for each class: what a text walks over stays in the cache. */
export class StateTable {
  /** Next state by `state * width + class`. */
  next: Uint16Array;
  /** By state. */
  flags = new Uint8Array(FIRST_CAPACITY);
  limits = new Int32Array(FIRST_CAPACITY);
  readonly details: StateDetails[] = [NOWHERE, NOWHERE];
  /** State in which a candidate begins, by the class before it, and in place 0 at the beginning of a text. */
  readonly starts: Uint16Array;
  /** The same where what stands before differs for those who do not see units, by both classes. */
  readonly skippedStarts = new Map<number, number>();
  readonly #ids = new Map<string, number>();

  constructor(readonly width: number) {
    this.next = new Uint16Array(FIRST_CAPACITY * width);
    this.starts = new Uint16Array(width + 1);
  }

  get size(): number {
    return this.details.length;
  }

  find(key: string): number | undefined {
    return this.#ids.get(key);
  }

  add(key: string, details: StateDetails): number {
    const state = this.details.length;
    if (state >= MAX_STATES) throw new WeirError('internal', 'Too many states are in use at once.');
    this.details.push(details);
    if (state >= this.flags.length) this.#grow();
    this.flags[state] = details.flags;
    this.limits[state] = details.limit;
    this.#ids.set(key, state);
    return state;
  }

  #grow(): void {
    const capacity = this.flags.length * 2;
    this.next = grown(this.next, new Uint16Array(capacity * this.width));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.limits = grown(this.limits, new Int32Array(capacity));
  }
}

function grown<T extends Uint8Array | Uint16Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
