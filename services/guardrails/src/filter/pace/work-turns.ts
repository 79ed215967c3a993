import { isWeirError, WeirError } from '@weir/errors';

/** Milliseconds that work goes on before everything else has its turn; less while other long work waits. */
const SLICE_MS = 2;
const CONTENDED_SLICE_MS = 1;

/**
 * Lets long work go on in slices, and everything else of the process in between. However much of it there is at once, one
 * turn of the event loop has one slice.
 */
export class WorkTurns {
  readonly #monotonic: () => number;
  /** Who waits for a turn, in order: no more than there is work at once. */
  readonly #waiting: (() => void)[] = [];

  /** @param monotonic in milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Work begins that nobody needs any more once the signal aborts. */
  begin(signal: AbortSignal): Pace {
    return new Pace(this, signal, this.#monotonic);
  }

  /** Whether other work waits. */
  get contended(): boolean {
    return this.#waiting.length > 0;
  }

  next(): Promise<void> {
    const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#waiting.length === 1) setImmediate(this.#go);
    return turn;
  }

  readonly #go = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#go);
  };
}

/** How long a piece of work has gone on since it had its turn. */
export class Pace {
  readonly #turns: WorkTurns;
  readonly #signal: AbortSignal;
  readonly #monotonic: () => number;
  #since: number;

  constructor(turns: WorkTurns, signal: AbortSignal, monotonic: () => number) {
    this.#turns = turns;
    this.#signal = signal;
    this.#monotonic = monotonic;
    this.#since = monotonic();
  }

  /** Whether others should have their turn before the work goes on. */
  get isOver(): boolean {
    const most = this.#turns.contended ? CONTENDED_SLICE_MS : SLICE_MS;
    return this.#monotonic() - this.#since >= most;
  }

  /** @throws WeirError why the signal aborted: nobody waits for the work any more. */
  async turn(): Promise<void> {
    await this.#turns.next();
    const { aborted, reason } = this.#signal;
    if (aborted) throw isWeirError(reason) ? reason : new WeirError('cancelled', 'Nobody waits for the answer.');
    this.#since = this.#monotonic();
  }
}
