import { WeirError } from '@weir/errors';
import type { DetectorSpec } from '../detector/detector.js';
import { foldText } from '../filter/fold-unit.js';
import { formatPreserving, withoutLayout } from './format-preserving.js';

/** A value, and what stands in its place towards the model. */
export interface PseudonymPair {
  readonly pseudonym: string;
  readonly original: string;
}

/** Values that one request can hide. */
export const MAX_PSEUDONYMS = 1_000;
const ATTEMPTS = 64;

/**
 * The pseudonyms of one request. They keep the format of what they stand for; one value has one pseudonym, and no two
 * values have the same. It lives as long as the request does, and shows nothing of itself to logs and serializers.
 */
export class PseudonymVault {
  readonly #random: () => number;
  readonly #texts: readonly string[];
  readonly #byOriginal = new Map<string, PseudonymPair>();

  /**
   * @param options `random`: uniform in [0, 1); the same numbers make the same pseudonyms. `taken`: pairs of before, which
   * stay as they are. `texts`: what the model is given; no pseudonym occurs in them.
   */
  constructor(options: {
    readonly random: () => number;
    readonly taken?: readonly PseudonymPair[];
    readonly texts?: readonly string[];
  }) {
    this.#random = options.random;
    this.#texts = options.texts ?? [];
    for (const { pseudonym, original } of options.taken ?? []) this.#byOriginal.set(original, { pseudonym, original });
  }

  /** In the order in which they were made. */
  get pairs(): readonly PseudonymPair[] {
    return [...this.#byOriginal.values()];
  }

  /** @throws WeirError `payload_too_large` for more than MAX_PSEUDONYMS different values in one request. */
  pseudonymFor(spec: DetectorSpec, value: string): string {
    const known = this.#byOriginal.get(value);
    if (known) return known.pseudonym;
    if (this.#byOriginal.size >= MAX_PSEUDONYMS) {
      throw new WeirError(
        'payload_too_large',
        `A request can hold at most ${MAX_PSEUDONYMS} values to be pseudonymised.`,
      );
    }
    const pseudonym = this.#free(spec, value);
    this.#byOriginal.set(value, { pseudonym, original: value });
    return pseudonym;
  }

  #free(spec: DetectorSpec, value: string): string {
    const plain = (spec.folded ?? true) ? foldText(value) : value;
    for (let attempt = 0; attempt < 2 * ATTEMPTS; attempt++) {
      const layoutKept = attempt < ATTEMPTS;
      const candidate = layoutKept ? formatPreserving(spec, this.#random, plain) : withoutLayout(this.#random);
      if (this.#isFree(candidate, value)) return candidate;
    }
    throw new WeirError('internal', 'No pseudonym is free: the random numbers repeat themselves.');
  }

  /** A pseudonym inside of another one, or inside of a text, would be restored where it does not stand. */
  #isFree(candidate: string, value: string): boolean {
    if (value.includes(candidate) || this.#texts.some((text) => text.includes(candidate))) return false;
    for (const { pseudonym, original } of this.#byOriginal.values()) {
      if (pseudonym.includes(candidate) || candidate.includes(pseudonym) || original.includes(candidate)) return false;
    }
    return true;
  }

  toString(): string {
    return '[PseudonymVault]';
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
