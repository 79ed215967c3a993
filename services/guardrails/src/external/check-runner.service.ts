import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { asWeirError, WeirError } from '@weir/errors';
import type { Permit } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import type { CheckRun } from '../check/check-run.js';
import type { CheckFinding, CheckInput, TextCheck } from '../detector/text-check.js';
import type { PolicyCheck } from '../policy/policy.js';
import { breakerReport } from './calls/breaker-report.js';
import { CallEnd } from './calls/call-end.js';
import { follow, isFault, late, reasonOf } from './calls/call-guard.js';
import { CallGuards } from './calls/call-guards.js';
import { EXTERNAL_SETTINGS, type ExternalSettings } from './external.config.js';
import { externalMetrics } from './external.metrics.js';
import { appliesTo } from './selective-check.js';
import { soundFindings } from './sound-findings.js';

type Findings = readonly CheckFinding[];
type Attempt = { readonly findings: Findings } | { readonly error: WeirError };
type MaybeLater<T> = T | Promise<T>;

interface RunContext {
  readonly input: CheckInput;
  /** What was tried for this decision, so that policies that share a check ask it once. */
  readonly tried: Map<TextCheck, { readonly deadlineMs: number; readonly attempt: MaybeLater<Attempt> }>;
}

const LEAST_ROOM_MS = 1;
const NO_FINDINGS: Findings = [];

/**
 * Runs the checks of a decision. What is known at once is; what has to be asked for is asked in parallel, each call with
 * its deadline, its breaker and bounded room. A check that answers with a promise for the first time has these from then on.
 */
@Injectable()
export class CheckRunner implements OnApplicationShutdown {
  readonly #metrics: Bound<typeof externalMetrics>;
  readonly #guards: CallGuards;

  constructor(
    metrics: Metrics,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(LOGGER) logger: Logger,
    @Inject(EXTERNAL_SETTINGS) settings: ExternalSettings,
  ) {
    this.#metrics = metrics.bind(externalMetrics);
    this.#guards = new CallGuards({ settings, source, onChange: breakerReport(this.#metrics, logger) });
  }

  /**
   * How each check went, in their order; failures are values. A check that does not apply is skipped.
   * @throws WeirError why the input's signal aborted; nothing was decided then
   */
  run(checks: readonly PolicyCheck[], input: CheckInput): Promise<CheckRun[]> {
    if (input.signal.aborted) return Promise.reject(reasonOf(input.signal));
    const context: RunContext = { input, tried: new Map() };
    const asking = checks.map(({ check }) => this.#guards.find(keyOf(check)) !== undefined);
    const runs: MaybeLater<CheckRun>[] = [];
    // Those that wait for others begin first: the rest is done meanwhile.
    const order = [...checks.keys()].toSorted((a, b) => Number(asking[b]) - Number(asking[a]));
    for (const index of order) {
      const policyCheck = checks[index];
      if (policyCheck) runs[index] = this.#runOne(policyCheck, context);
    }
    return Promise.all(runs);
  }

  onApplicationShutdown(): void {
    this.#guards.close();
  }

  #runOne(policyCheck: PolicyCheck, context: RunContext): MaybeLater<CheckRun> {
    const { check, deadlineMs } = policyCheck;
    const startedAt = this.source.monotonic();
    const run = (rest: Partial<CheckRun>) => this.#counted({ policyCheck, ...NOTHING, ...rest }, startedAt);
    if (context.input.texts.length === 0 || !appliesTo(check, context.input)) return run({ status: 'skipped' });
    const attempt = this.#try(check, context, deadlineMs);
    const conclude = (made: Attempt): MaybeLater<CheckRun> => {
      if ('findings' in made) return run(made);
      if (context.input.signal.aborted) throw reasonOf(context.input.signal);
      return this.#onError(policyCheck, context, made.error, startedAt);
    };
    return attempt instanceof Promise ? attempt.then(conclude) : conclude(attempt);
  }

  #onError(policyCheck: PolicyCheck, context: RunContext, error: WeirError, startedAt: number): MaybeLater<CheckRun> {
    const { check, onError, deadlineMs } = policyCheck;
    const status = error.code === 'deadline_exceeded' ? 'timed_out' : 'failed';
    const run = (rest: Partial<CheckRun>) => this.#counted({ policyCheck, ...NOTHING, status, ...rest }, startedAt);
    this.#metrics.checkFailures.inc({ check: check.id, code: error.code });
    if (onError.kind === 'open') return run({ outcome: 'unchecked' });
    if (onError.kind === 'closed') return run({ outcome: 'refused' });
    const left = deadlineMs - (this.source.monotonic() - startedAt);
    const instead = this.#try(onError.check, context, left);
    const conclude = (made: Attempt): CheckRun => {
      if ('findings' in made) return run({ ...made, degradedTo: onError.check.id });
      if (context.input.signal.aborted) throw reasonOf(context.input.signal);
      this.#metrics.checkFailures.inc({ check: onError.check.id, code: made.error.code });
      return run({ outcome: 'refused' });
    };
    return instead instanceof Promise ? instead.then(conclude) : conclude(instead);
  }

  #try(check: TextCheck, { input, tried }: RunContext, deadlineMs: number): MaybeLater<Attempt> {
    const known = tried.get(check);
    if (known && (!(known.attempt instanceof Promise) || known.deadlineMs === deadlineMs)) return known.attempt;
    const attempt = this.#attempt(check, input, deadlineMs);
    tried.set(check, { deadlineMs, attempt });
    return attempt;
  }

  #attempt(check: TextCheck, input: CheckInput, deadlineMs: number): MaybeLater<Attempt> {
    const guard = this.#guards.find(keyOf(check));
    const noTime = deadlineMs < LEAST_ROOM_MS ? late(deadlineMs) : undefined;
    if (guard && noTime) return { error: noTime };
    const admitted = guard?.admit();
    if (admitted instanceof WeirError) return { error: admitted };
    const end = new CallEnd();
    if (noTime) end.end(noTime);
    try {
      const answer = check.check(end.limit(input));
      if (!(answer instanceof Promise)) {
        admitted?.ignore();
        return { findings: soundFindings(answer, input) };
      }
      const permit = admitted ?? this.#guards.of(keyOf(check), check.id).admit();
      return this.#follow({ answer, permit, end, input, deadlineMs });
    } catch (error) {
      if (isFault(error)) admitted?.fail(error);
      else admitted?.ignore();
      return { error: asWeirError(error) };
    }
  }

  async #follow({ answer, permit, end, input, deadlineMs }: AskedCheck): Promise<Attempt> {
    const sound = answer.then((findings) => soundFindings(findings, input));
    if (permit instanceof WeirError || deadlineMs < LEAST_ROOM_MS) return notWaitedFor(sound, permit, late(deadlineMs));
    try {
      return { findings: await follow({ permit, answer: sound, end, signal: input.signal, deadlineMs }) };
    } catch (error) {
      return { error: asWeirError(error) };
    }
  }

  #counted(run: CheckRun, startedAt: number): CheckRun {
    const ms = this.source.monotonic() - startedAt;
    const { policyCheck, status, outcome } = run;
    const check = policyCheck.check.id;
    this.#metrics.checkRuns.inc({ check, status, outcome });
    if (status !== 'skipped') this.#metrics.checkDuration.observe({ check }, ms / 1_000);
    return { ...run, durationUs: Math.round(ms * 1_000) };
  }
}

interface AskedCheck {
  readonly answer: Promise<Findings>;
  readonly permit: Permit | WeirError;
  readonly end: CallEnd;
  readonly input: CheckInput;
  readonly deadlineMs: number;
}

/** A first call tells that its check asks others, which is too late when there was no time for that. */
async function notWaitedFor(answer: Promise<Findings>, permit: Permit | WeirError, error: WeirError): Promise<Attempt> {
  const refusal = permit instanceof WeirError ? permit : error;
  const ended = () => (permit instanceof WeirError ? undefined : permit.ignore());
  void answer.then(ended, ended);
  return { error: refusal };
}

/** A check that went well and found nothing. */
const NOTHING = {
  status: 'ok',
  outcome: 'decided',
  findings: NO_FINDINGS,
  degradedTo: '',
  durationUs: 0,
} satisfies Omit<CheckRun, 'policyCheck'>;

/** The same definition shares one breaker, whichever policies hold it. */
function keyOf({ id, version }: TextCheck): string {
  return `${id}@${version}`;
}
