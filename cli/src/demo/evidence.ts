import { billingV1, parseUsd, type GuardrailVerdict } from '@weir/contracts';
import type { RpcClients } from '@weir/grpc';
import { isWeirError } from '@weir/errors';
import { CliError } from '../cli-error.js';
import type { Answer } from './answer.js';
import type { EventWatch, Seen } from './event-watch.js';
import { until } from './until.js';

const CHARGED_WITHIN_MS = 30_000;

/** What other parts of Weir know about a request, each found by itself. */
export interface Evidence {
  readonly answer: Answer;
  readonly verdict: Seen<GuardrailVerdict>;
  readonly charge: billingV1.Charge;
  readonly chargedAt: { readonly partition: number; readonly offset: string };
}

/**
 * Finds the event, the verdict and the charge of a request and checks that they agree with its answer.
 * @throws CliError for what is missing or differs
 */
export async function collectEvidence(answer: Answer, events: EventWatch, ledger: RpcClients): Promise<Evidence> {
  const { requestId, traceId, costUsd, place } = answer.details;
  const completed = await events.completed(requestId);
  same('partition', completed.partition, place.partition);
  same('offset', completed.offset, place.offset);
  same('outcome', completed.data.outcome, 'ok');
  same('cost in the event', completed.data.cost_usd, costUsd);
  same('input tokens in the event', completed.data.input_tokens, answer.inputTokens);
  same('output tokens in the event', completed.data.output_tokens, answer.outputTokens);
  same('trace id in the event', completed.data.trace_id, traceId);
  same('trace id in the record', completed.traceparent?.split('-')[1], traceId);
  const verdict = await events.verdict(requestId, 'input');
  same('trace id of the verdict', verdict.traceparent?.split('-')[1], traceId);
  const charge = await chargeOf(requestId, ledger);
  same('amount in the ledger', charge.amountUsd, costUsd);
  same(
    'sum of the entries',
    charge.entries.reduce((sum, entry) => sum + (parseUsd(entry.amountUsd) ?? 1n), 0n),
    0n,
  );
  const charged = await events.charged(requestId);
  same('amount in the charged event', charged.data.amount_usd, costUsd);
  return { answer, verdict, charge, chargedAt: { partition: charged.partition, offset: charged.offset } };
}

/** The ledger follows the events: a charge may be a moment away. */
async function chargeOf(requestId: string, clients: RpcClients): Promise<billingV1.Charge> {
  const ledger = clients.client('billing', billingV1.LedgerServiceDefinition);
  const look = async () => {
    try {
      return (await ledger.getCharge({ requestId })).charge;
    } catch (error) {
      if (isWeirError(error) && error.code === 'not_found') return undefined;
      throw error;
    }
  };
  return until(`charge of ${requestId}`, look, CHARGED_WITHIN_MS);
}

export function same(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new CliError(`The ${what} is ${String(found)} instead of ${String(expected)}.`);
}
