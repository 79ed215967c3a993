import { Injectable } from '@nestjs/common';
import { asWeirError, WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import type { InferenceRequest } from '../pipeline/inference-request.js';
import { brokeJson, textsOf, withTexts } from '../pipeline/prompt-texts.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { routerMetrics } from '../router.metrics.js';
import { GuardrailsClient } from './guardrails.client.js';

export type GuardedInput =
  { readonly passed: true; readonly request: InferenceRequest } | { readonly passed: false; readonly error: WeirError };

/** Decides whether a prompt may go to a model, and in which form. */
@Injectable()
export class InputGuardService {
  readonly #guardrails: GuardrailsClient;
  readonly #metrics: Bound<typeof routerMetrics>;

  constructor(guardrails: GuardrailsClient, metrics: Metrics) {
    this.#guardrails = guardrails;
    this.#metrics = metrics.bind(routerMetrics);
  }

  /** `request`: with the text of its tokens. */
  async guard(run: RequestRun, request: InferenceRequest): Promise<GuardedInput> {
    const parts = textsOf(request);
    try {
      const { verdict, texts } = await this.#guardrails.check(run, 'input', parts);
      const broken = verdict.action === 'mask' && parts.some((part, index) => brokeJson(part, texts[index] ?? ''));
      run.verdicts.push(broken ? { ...verdict, action: 'block' } : verdict);
      if (broken || verdict.action === 'block') return { passed: false, error: blocked(run) };
      return { passed: true, request: verdict.action === 'mask' ? withTexts(request, texts) : request };
    } catch (error) {
      const failure = asWeirError(error);
      if (failure.code !== 'guardrails_unavailable' || run.route?.on_guardrails_error !== 'open') throw failure;
      run.degraded.add('guardrails');
      this.#metrics.degraded.inc({ control: 'guardrails' });
      return { passed: true, request };
    }
  }
}

function blocked(run: RequestRun): WeirError {
  const verdict = run.verdict('input');
  return new WeirError('content_filter', 'The prompt was blocked by the policy of this model.', {
    param: run.request.operation === 'embeddings' ? 'input' : 'prompt',
    details: { verdict_id: verdict?.id ?? '', detectors: verdict?.detectors.join(',') ?? '' },
  });
}
