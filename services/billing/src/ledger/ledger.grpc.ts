import { GrpcHandlers } from '@weir/bootstrap';
import { billingV1, formatUsd } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext, Handlers } from '@weir/grpc';
import { receivableOf, type Charge } from './charge.js';
import { LedgerRepository } from './ledger.repository.js';

/** Reads the ledger. What belongs to another organisation does not exist for a key. */
@GrpcHandlers(billingV1.LedgerServiceDefinition, {
  getCharge: { services: ['operator', 'evaluator', 'monitor'], scope: 'usage.read' },
  getBalance: { services: ['operator', 'evaluator', 'monitor'], scope: 'admin' },
})
export class LedgerGrpc implements Handlers<billingV1.LedgerServiceDefinition> {
  constructor(private readonly ledger: LedgerRepository) {}

  async getCharge({ requestId }: billingV1.GetChargeRequest, { principal }: CallContext) {
    const charge = await this.ledger.ofRequest(requestId);
    if (!charge || (principal && charge.organizationId !== principal.organizationId)) {
      throw new WeirError('not_found', 'The request has no charge (yet).', { param: 'request_id' });
    }
    return { charge: writeCharge(charge) };
  }

  async getBalance({ account }: billingV1.GetBalanceRequest, { principal }: CallContext) {
    const isVisible = !principal || account === receivableOf(principal.organizationId);
    const balance = isVisible ? await this.ledger.balance(account) : undefined;
    if (!balance) throw new WeirError('not_found', 'There is no such account.', { param: 'account' });
    return { account, balanceUsd: formatUsd(balance.amount), entries: balance.entries };
  }
}

function writeCharge(charge: Charge): billingV1.Charge {
  return {
    requestId: charge.requestId,
    eventId: charge.id,
    organizationId: charge.organizationId,
    projectId: charge.projectId,
    apiKeyId: charge.apiKeyId,
    model: charge.model,
    priceId: charge.priceId,
    inputTokens: charge.inputTokens,
    cachedInputTokens: charge.cachedInputTokens,
    outputTokens: charge.outputTokens,
    amountUsd: formatUsd(charge.amount),
    chargedAtMs: charge.chargedMs,
    entries: charge.entries.map(({ account, amount }) => ({ account, amountUsd: formatUsd(amount) })),
  };
}
