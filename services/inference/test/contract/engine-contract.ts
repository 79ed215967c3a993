import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { eventually } from '@weir/testing';
import type { EngineBackend } from '../../src/deployments/engine-backend.js';
import { answerContract } from './answer-contract.js';
import { endingContract } from './ending-contract.js';
import { loadContract } from './load-contract.js';

/** Slots and places in the queue of every engine that is tried. */
export const SLOTS = 2;
export const MAX_QUEUE = 1;
/** Most tokens of an answer: long enough to leave it in its middle. */
export const MOST_TOKENS = 900;

export interface ContractEngine extends AsyncDisposable {
  readonly backend: EngineBackend;
  /** Requests that the engine itself has to do. */
  busy(): number;
}

/** What an engine may lack. */
export interface Abilities {
  readonly embeddings: boolean;
}

export interface Tried {
  engine(): ContractEngine;
  readonly can: Abilities;
}

/**
 * What every engine promises, whatever runs its requests: the same answers in parts, the same ends, the same errors, and
 * nothing left behind. `make` gives an engine that is ready, with 2 slots, 1 place in its queue, and at most 900 tokens an
 * answer.
 */
export function engineContract(name: string, make: () => Promise<ContractEngine>, can: Abilities): void {
  describe(`the contract of engines: ${name}`, () => {
    let engine: ContractEngine;

    beforeAll(async () => {
      engine = await make();
    });
    afterAll(() => engine[Symbol.asyncDispose]());
    // Whatever a test did, no slot, no place and no work is left.
    afterEach(() =>
      eventually(() => engine.backend.running === 0 && engine.backend.waiting === 0 && engine.busy() === 0),
    );

    const tried: Tried = { engine: () => engine, can };
    answerContract(tried);
    endingContract(tried);
    loadContract(tried);
  });
}
