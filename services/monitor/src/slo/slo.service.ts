import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { Metrics, type Bound } from '@weir/telemetry';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { monitorMetrics } from '../monitor.metrics.js';
import { AlertService } from '../alerts/alert.service.js';
import { BURN_RATE_RULES, judge } from './alert-rules.js';
import { ALERT_NAME, alertAnnotations, alertLabels, AVAILABILITY } from './availability.js';
import { budgetRemaining, WINDOW_NAMES, windowRates, type WindowRates } from './burn-rate.js';
import { SloRepository } from './slo.repository.js';

export interface SloReport {
  readonly name: string;
  readonly objective: number;
  readonly rates: WindowRates;
  readonly budgetRemaining: number;
}

const DAY_MS = 86_400_000;

/** Measures the availability and lets its alerts follow. */
@Injectable()
export class SloService {
  readonly #metrics: Bound<typeof monitorMetrics>;

  constructor(
    private readonly volumes: SloRepository,
    private readonly alerts: AlertService,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(monitorMetrics);
  }

  async report(): Promise<SloReport> {
    const { sloObjective: objective, sloPeriodDays } = this.settings;
    const now = this.source.now();
    const [windows, period] = await Promise.all([
      this.volumes.volumes(now),
      this.volumes.volumeSince(now - sloPeriodDays * DAY_MS),
    ]);
    const rates = windowRates(windows, objective);
    return {
      name: AVAILABILITY,
      objective,
      rates,
      budgetRemaining: budgetRemaining(period, objective),
    };
  }

  /** Sets the gauges and fires or resolves alerts. */
  async evaluate(): Promise<void> {
    const report = await this.report();
    this.#show(report);
    for (const rule of BURN_RATE_RULES) {
      const verdict = judge(rule, report.rates, this.settings.sloMinEvents);
      if (verdict === 'hold') continue;
      await this.alerts.settle({
        status: verdict === 'fire' ? 'firing' : 'resolved',
        name: ALERT_NAME,
        severity: rule.severity,
        labels: alertLabels(rule),
        annotations: alertAnnotations(rule, report.rates, report.objective),
      });
    }
  }

  #show({ name: slo, rates, budgetRemaining: remaining }: SloReport): void {
    this.#metrics.budgetRemaining.set({ slo }, remaining);
    for (const window of WINDOW_NAMES) {
      const { burnRate } = rates[window];
      if (burnRate === undefined) this.#metrics.burnRate.remove({ slo, window });
      else this.#metrics.burnRate.set({ slo, window }, burnRate);
    }
  }
}
