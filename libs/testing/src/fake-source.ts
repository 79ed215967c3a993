import type { Source } from '@weir/config';

export interface FakeSource extends Source {
  /** Moves both clocks forward. */
  advance(ms: number): void;
}

/** A source that stands still until it is told to move, and whose ids and numbers repeat with the seed. */
export function fakeSource(options: { readonly now?: number; readonly seed?: number } = {}): FakeSource {
  const start = options.now ?? Date.UTC(2026, 0, 1);
  let elapsed = 0;
  const random = mulberry32(options.seed ?? 1);
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    random,
    uuid: () => uuidV7(start + elapsed, random),
    advance: (ms) => {
      elapsed += ms;
    },
  };
}

/** The 32-bit generator "mulberry32" by Tommy Ettinger (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function uuidV7(now: number, random: () => number): string {
  const time = Math.floor(now).toString(16).padStart(12, '0');
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
