import { billingV1, inferenceCompleted, parseUsd, type PicoUsd } from '@weir/contracts';
import { eventually } from '@weir/testing';
import { expect } from 'vitest';
import type { Constellation } from '@weir/tools';
import type { EventLog } from '../constellation/event-log.js';

/** One event per request id: what a consumer that deduplicates has seen. */
export function distinctRequests(events: EventLog) {
  const byId = new Map(events.all(inferenceCompleted).map((event) => [event.data.request_id, event]));
  return [...byId.values()];
}

/** Waits until every event that cost something is charged once, with the amount that the event says. */
export async function expectLedgerToAgree(weir: Constellation, events: EventLog, timeoutMs = 60_000): Promise<PicoUsd> {
  const ledger = weir.operator.client('billing', billingV1.LedgerServiceDefinition);
  let sum = 0n;
  for (const { data } of distinctRequests(events)) {
    if (data.input_tokens + data.output_tokens === 0) continue;
    const { charge } = await eventually(() => ledger.getCharge({ requestId: data.request_id }), { timeoutMs });
    expect(charge?.amountUsd).toBe(data.cost_usd);
    sum += parseUsd(data.cost_usd) ?? 0n;
  }
  return sum;
}
