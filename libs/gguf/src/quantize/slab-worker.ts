import { parentPort } from 'node:worker_threads';
import { convertSlab, type Slab } from './slab.js';

export interface SlabTask extends Slab {
  readonly id: number;
}

export type SlabAnswer =
  { readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly id: number; readonly problem: string };

/** A thread of `SlabPool`: converts what it is sent, in order. */
parentPort?.on('message', ({ id, ...slab }: SlabTask) => {
  try {
    const bytes = convertSlab(slab);
    parentPort?.postMessage({ id, bytes } satisfies SlabAnswer, [bytes.buffer]);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ id, problem } satisfies SlabAnswer);
  }
});
