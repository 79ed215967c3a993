/** Stages of a request in their order. `ttft` and `engine` are the engine's time, all others are Weir's own. */
export const STAGES = [
  'auth',
  'resolve',
  'admit',
  'guard_in',
  'pick',
  'ttft',
  'engine',
  'guard_out',
  'settle',
  'record',
] as const;
export type Stage = (typeof STAGES)[number];

const NOT_OWN: ReadonlySet<Stage> = new Set(['ttft', 'engine']);

/** Times the stages of one request. Milliseconds of a monotonic clock. */
export class StageClock {
  readonly #now: () => number;
  readonly #times = new Map<Stage, number>();
  #mark: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#mark = now();
  }

  /** The time since the last lap belongs to this stage. */
  lap(stage: Stage): void {
    const now = this.#now();
    this.add(stage, now - this.#mark);
    this.#mark = now;
  }

  /** The time since the last lap belongs to nobody or was added otherwise. */
  skip(): void {
    this.#mark = this.#now();
  }

  /** A time that was measured elsewhere. Repeated stages add up. */
  add(stage: Stage, ms: number): void {
    this.#times.set(stage, (this.#times.get(stage) ?? 0) + Math.max(0, ms));
  }

  get(stage: Stage): number | undefined {
    return this.#times.get(stage);
  }

  entries(): [Stage, number][] {
    return [...this.#times];
  }

  /** Milliseconds with three decimals, by stage. */
  toRecord(): Record<string, number> {
    const record: Record<string, number> = {};
    for (const [stage, ms] of this.#times) record[stage] = Math.round(ms * 1000) / 1000;
    return record;
  }

  /** What Weir itself needed: the sum of its own stages. */
  get overheadMs(): number {
    let sum = 0;
    for (const [stage, ms] of this.#times) if (!NOT_OWN.has(stage)) sum += ms;
    return sum;
  }

  /** Value of the Server-Timing header (W3C): `auth;dur=0.12, resolve;dur=0.01`. */
  header(): string {
    let text = '';
    for (const [stage, ms] of this.#times) text += `${text && ', '}${stage};dur=${Math.round(ms * 1000) / 1000}`;
    return text;
  }
}
