import type { linkV1 } from '@weir/contracts';

/** Batches that may wait in the transport; while they do, frames gather. */
const MAX_BATCHES = 4;
const MAX_BATCH_BYTES = 65_536;
const FRAME_OVERHEAD_BYTES = 16;

/**
 * Gathers frames into batches: those of one turn go together at once when the hop is free, those of a loop round when
 * it is busy. What it holds is bounded by the calls' credit.
 */
export class FrameWriter {
  readonly #write: (frames: linkV1.Frame[], sent: () => void) => void;
  #frames: linkV1.Frame[] = [];
  #batches = 0;
  #scheduled = false;
  #closed = false;

  constructor(write: (frames: linkV1.Frame[], sent: () => void) => void) {
    this.#write = write;
  }

  push(callId: number, step: NonNullable<linkV1.Frame['step']>): void {
    if (this.#closed) return;
    this.#frames.push({ callId, step });
    this.#schedule();
  }

  /** Writes what is left, however busy the hop is, and takes no more. */
  finish(): void {
    if (!this.#closed && this.#frames.length > 0) this.#write(this.#frames, () => undefined);
    this.close();
  }

  /** Drops what is left. */
  close(): void {
    this.#closed = true;
    this.#frames = [];
  }

  #schedule(): void {
    if (this.#scheduled || this.#batches >= MAX_BATCHES) return;
    this.#scheduled = true;
    if (this.#batches === 0) queueMicrotask(this.#flush);
    else setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    while (!this.#closed && this.#frames.length > 0 && this.#batches < MAX_BATCHES) {
      this.#batches += 1;
      this.#write(this.#nextBatch(), this.#sent);
    }
  };

  readonly #sent = (): void => {
    this.#batches -= 1;
    if (this.#frames.length > 0) this.#schedule();
  };

  #nextBatch(): linkV1.Frame[] {
    let bytes = 0;
    let count = 0;
    for (const { step } of this.#frames) {
      if (count > 0 && bytes >= MAX_BATCH_BYTES) break;
      bytes += FRAME_OVERHEAD_BYTES + (step?.$case === 'message' ? step.value.length : 0);
      count += 1;
    }
    if (count < this.#frames.length) return this.#frames.splice(0, count);
    const all = this.#frames;
    this.#frames = [];
    return all;
  }
}
