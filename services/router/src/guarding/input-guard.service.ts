import { Injectable } from '@nestjs/common';
import { asWeirError, WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import { textsOf, withTexts, type Prompt } from '../pipeline/inference-request.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { routerMetrics } from '../router.metrics.js';
import { GuardrailsClient } from './guardrails.client.js';

export type GuardedInput =
  { readonly passed: true; readonly prompt: Prompt } | { readonly passed: false; readonly error: WeirError };

/** Decides whether a prompt may go to a model, and in which form. */
@Injectable()
export class InputGuardService {
  readonly #guardrails: GuardrailsClient;
  readonly #metrics: Bound<typeof routerMetrics>;

  constructor(guardrails: GuardrailsClient, metrics: Metrics) {
    this.#guardrails = guardrails;
    this.#metrics = metrics.bind(routerMetrics);
  }

  async guard(run: RequestRun): Promise<GuardedInput> {
    const { prompt } = run.request;
    try {
      const { verdict, texts } = await this.#guardrails.check(run, 'input', textsOf(prompt));
      run.verdicts.push(verdict);
      if (verdict.action === 'block') return { passed: false, error: blocked(run) };
      return { passed: true, prompt: verdict.action === 'mask' ? withTexts(prompt, texts) : prompt };
    } catch (error) {
      const failure = asWeirError(error);
      if (failure.code !== 'guardrails_unavailable' || run.route?.on_guardrails_error !== 'open') throw failure;
      run.degraded.add('guardrails');
      this.#metrics.degraded.inc({ control: 'guardrails' });
      return { passed: true, prompt };
    }
  }
}

function blocked(run: RequestRun): WeirError {
  const verdict = run.verdict('input');
  return new WeirError('content_filter', 'The prompt was blocked by the policy of this model.', {
    param: 'prompt',
    details: { verdict_id: verdict?.id ?? '', detectors: verdict?.detectors.join(',') ?? '' },
  });
}
