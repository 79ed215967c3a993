import { WeirError } from '@weir/errors';

export interface LimitedCall {
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly deadline: number | undefined;
}

/** Ends what a call does at an upstream when its caller leaves, when its time is over, or when it is disposed of. */
export class CallLimit implements Disposable {
  isExpired = false;
  private readonly ending = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly leave = () => this.ending.abort(this.call.signal.reason);

  constructor(
    private readonly call: LimitedCall,
    now: number,
  ) {
    call.signal.addEventListener('abort', this.leave, { once: true });
    if (call.signal.aborted) this.leave();
    if (call.deadline !== undefined) this.timer = setTimeout(() => this.expire(), Math.max(0, call.deadline - now));
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
    this.call.signal.removeEventListener('abort', this.leave);
    this.ending.abort();
  }

  private expire(): void {
    this.isExpired = true;
    this.ending.abort();
  }
}

/** The upstream is late: it counts against it. */
export function late(): WeirError {
  const details = { engine_late: true };
  return new WeirError('deadline_exceeded', 'The upstream sent nothing before the deadline.', { details });
}
