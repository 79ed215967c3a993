import { parseUsd, type billingV1, type TokenPrice } from '@weir/contracts';

export interface PriceInForce {
  readonly id: string;
  readonly price: TokenPrice;
}

interface Entry extends PriceInForce {
  readonly model: string;
  readonly from: number;
  /** Infinity = open. */
  readonly to: number;
}

/** Prices that ended longer ago than this are dropped. */
const KEPT_MS = 3_600_000;

/** Every price that billing told, in memory. A price that cannot be read is left out, so that it is never taken as zero. */
export class PriceBook {
  #byModel = new Map<string, Entry[]>();
  #incoming: Map<string, Entry[]> | undefined;
  #complete = false;

  /** True once all prices of a watch have been seen. */
  get complete(): boolean {
    return this.#complete;
  }

  /** A new watch: its first messages replace the book, but only when they are all there. */
  beginSnapshot(): void {
    this.#incoming = new Map();
  }

  /** Returns the ids of prices that could not be read. */
  apply(message: billingV1.WatchPricesResponse, now: number): string[] {
    const book = this.#incoming ?? this.#byModel;
    const unreadable: string[] = [];
    for (const price of message.prices) {
      const entry = entryOf(price);
      if (entry) place(book, entry, now);
      else unreadable.push(price.id);
    }
    if (message.complete && this.#incoming) {
      this.#byModel = this.#incoming;
      this.#incoming = undefined;
      this.#complete = true;
    }
    return unreadable;
  }

  /** The price of a registry model at a time (milliseconds since the epoch). */
  priceOf(model: string, at: number): PriceInForce | undefined {
    return this.#byModel.get(model)?.find((entry) => entry.from <= at && at < entry.to);
  }
}

function entryOf(price: billingV1.Price): Entry | undefined {
  const input = parseUsd(price.inputUsdPerMillion);
  const cached = parseUsd(price.cachedInputUsdPerMillion || price.inputUsdPerMillion);
  const output = parseUsd(price.outputUsdPerMillion);
  if (input === undefined || cached === undefined || output === undefined) return undefined;
  if (input < 0n || cached < 0n || output < 0n) return undefined;
  return {
    id: price.id,
    model: price.model,
    from: price.validFromMs,
    to: price.validToMs === 0 ? Number.POSITIVE_INFINITY : price.validToMs,
    price: { inputPerMillion: input, cachedInputPerMillion: cached, outputPerMillion: output },
  };
}

function place(book: Map<string, Entry[]>, entry: Entry, now: number): void {
  const kept = (book.get(entry.model) ?? []).filter((other) => other.id !== entry.id && other.to > now - KEPT_MS);
  kept.push(entry);
  kept.sort((left, right) => right.from - left.from);
  book.set(entry.model, kept);
}
