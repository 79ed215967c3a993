import { v7 } from 'uuid';

/** Where time, ids and randomness come from. Injected everywhere, so that tests can hold the clock and repeat a seed. */
export interface Source {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds of a clock that never goes back; for durations. */
  monotonic(): number;
  /** UUIDv7. */
  uuid(): string;
  /** Uniform in [0, 1). Not for secrets. */
  random(): number;
}

export const systemSource: Source = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  uuid: () => v7(),
  random: () => Math.random(),
};
