import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { monitorFinding, type MonitorFinding } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import type { Subject } from '../aggregates/contribution.js';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { monitorMetrics } from '../monitor.metrics.js';
import { DriftRepository, type WindowRow } from './drift.repository.js';
import { FindingRepository, seriesKey } from './finding.repository.js';
import type { Sample, Series } from './sample.js';
import { checkWindow, isToAnnounce, type DriftRules, type SeriesState } from './window-check.js';

/** Models with a gauge of their own; a bound on the labels of one process. */
const MOST_GAUGES = 3000;

interface Checked {
  readonly subject: Subject;
  readonly series: readonly SeriesState[];
  readonly announced: readonly MonitorFinding[];
}

/** Compares what comes in with the references, and announces what it finds. */
@Injectable()
export class DriftService {
  readonly #metrics: Bound<typeof monitorMetrics>;
  readonly #shown = new Set<string>();
  readonly #rules: DriftRules;

  constructor(
    private readonly database: Database,
    private readonly drift: DriftRepository,
    private readonly findings: FindingRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(monitorMetrics);
    this.#rules = {
      minSamples: settings.driftMinSamples,
      referenceSamples: Math.max(settings.driftReferenceSamples, settings.driftMinSamples),
      alpha: settings.driftAlpha,
      minEffect: settings.driftMinEffect,
      staleMs: settings.findingRepeatMs,
    };
  }

  /** Checks one model of one project whose turn it is. False when no check is due. */
  async checkNext(): Promise<boolean> {
    const startedMs = this.source.monotonic();
    const checked = await this.database.transaction((tx) => this.#check(tx));
    if (!checked) return false;
    for (const state of checked.series) this.#show(checked.subject, state);
    for (const { series, state } of checked.announced) this.#metrics.findings.inc({ series, state });
    this.#metrics.checkSeconds.observe((this.source.monotonic() - startedMs) / 1000);
    return true;
  }

  /**
   * Makes the last window with enough samples the reference of a series. Returns its number of samples.
   * @throws WeirError `not_found` for a model that was never seen, `failed_precondition` for one seen too rarely.
   */
  async setReference(
    target: { readonly projectId: string; readonly model: string; readonly series: Series },
    organizationId: string | undefined,
  ): Promise<number> {
    return this.database.transaction(async (tx) => {
      const window = await this.drift.lock(tx, target.projectId, target.model);
      if (!window || (organizationId !== undefined && window.subject.organizationId !== organizationId)) {
        throw new WeirError('not_found', 'This project has no requests of this model.', { param: 'model' });
      }
      const { windowNo, samples } = await this.#lastWindow(tx, window);
      const values = samples.map((sample) => sample[target.series]);
      const reference = { series: target.series, values, windowNo, origin: 'set', atMs: this.source.now() } as const;
      await this.drift.saveReference(tx, window.subject, reference);
      return values.length;
    });
  }

  async #lastWindow(
    tx: Transaction,
    { subject, windowNo }: WindowRow,
  ): Promise<{ windowNo: number; samples: Sample[] }> {
    const current = await this.drift.samples(tx, subject, windowNo);
    if (current.length >= this.#rules.minSamples) return { windowNo, samples: current };
    const last = windowNo > 0 ? await this.drift.samples(tx, subject, windowNo - 1) : [];
    if (last.length >= this.#rules.minSamples) return { windowNo: windowNo - 1, samples: last };
    const details = { samples: Math.max(current.length, last.length), needed: this.#rules.minSamples };
    throw new WeirError('failed_precondition', 'There are too few samples for a reference.', { details });
  }

  async #check(tx: Transaction): Promise<Checked | undefined> {
    const now = this.source.now();
    const window = await this.drift.lockDue(tx, now);
    if (!window) return undefined;
    const { subject, windowNo } = window;
    const before = await this.drift.series(tx, subject);
    const samples = await this.drift.samples(tx, subject, windowNo);
    const check = checkWindow({ number: windowNo, samples }, before, this.#rules, now);
    const announced: MonitorFinding[] = [];
    for (const [index, after] of check.series.entries()) {
      const known = before[index] ?? after;
      if (!known.reference && after.reference) await this.#adopt(tx, subject, after);
      const isTold = isToAnnounce(known, after, { repeatMs: this.settings.findingRepeatMs, nowMs: now });
      await this.drift.saveResult(tx, subject, isTold ? { ...after, announcedMs: now } : after);
      if (isTold) announced.push(await this.#announce(tx, subject, after));
    }
    await this.drift.schedule(tx, window, { isUsed: check.isUsed, dueMs: now + this.settings.driftIntervalMs });
    return { subject, series: check.series, announced };
  }

  async #adopt(tx: Transaction, subject: Subject, { series, reference, referenceWindow }: SeriesState): Promise<void> {
    await this.drift.saveReference(tx, subject, {
      series,
      values: reference ?? [],
      windowNo: referenceWindow ?? 0,
      origin: 'automatic',
      atMs: this.source.now(),
    });
  }

  async #announce(tx: Transaction, subject: Subject, state: SeriesState): Promise<MonitorFinding> {
    const of = { project_id: subject.projectId, model: subject.model, series: state.series };
    const finding: MonitorFinding = {
      ...of,
      finding_id: this.source.uuid(),
      series_key: seriesKey(of),
      kind: 'drift',
      metric: 'kolmogorov_smirnov',
      state: state.state,
      value: state.value,
      threshold: this.#rules.minEffect,
      p_value: state.pValue,
      reference_samples: state.referenceSamples,
      current_samples: state.currentSamples,
      found_at: this.source.now(),
    };
    await this.findings.add(tx, subject.organizationId, finding);
    await tx.append(monitorFinding, finding, { time: finding.found_at });
    return finding;
  }

  #show({ projectId: project, model }: Subject, { series, state, value }: SeriesState): void {
    const labels = { project, model, series };
    const key = seriesKey({ project_id: project, model, series });
    if (state === 'insufficient_data') {
      if (this.#shown.delete(key)) this.#metrics.driftStatistic.remove(labels);
      return;
    }
    if (!this.#shown.has(key) && this.#shown.size >= MOST_GAUGES) return;
    this.#shown.add(key);
    this.#metrics.driftStatistic.set(labels, value);
  }
}
