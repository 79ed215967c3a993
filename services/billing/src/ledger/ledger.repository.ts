import { Injectable } from '@nestjs/common';
import { formatUsd } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { readNumeric } from '../quota/counter.repository.js';
import type { Charge } from './charge.js';

interface ChargeRow {
  readonly id: string;
  readonly request_id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly api_key_id: string;
  readonly model: string;
  readonly price_id: string;
  readonly input_tokens: string;
  readonly cached_input_tokens: string;
  readonly output_tokens: string;
  readonly amount_usd: string;
  readonly started_ms: string;
  readonly charged_ms: string;
}

interface EntryRow {
  readonly account: string;
  readonly amount_usd: string;
}

export interface Balance {
  readonly amount: bigint;
  readonly entries: number;
}

/** The append-only ledger. That entries balance and never change is checked by the database itself. */
@Injectable()
export class LedgerRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, charges: readonly Charge[]): Promise<void> {
    const entries = charges.flatMap((charge) =>
      charge.entries.map(({ account, amount }) => ({ charge_id: charge.id, account, amount_usd: formatUsd(amount) })),
    );
    await tx.query(
      `WITH entries AS (
         SELECT * FROM jsonb_populate_recordset(NULL::ledger_entries, $2)
       ), opened AS (
         INSERT INTO ledger_accounts (name, opened_ms)
         SELECT DISTINCT account, $3::bigint FROM entries ORDER BY account ON CONFLICT DO NOTHING
       ), charged AS (
         INSERT INTO charges SELECT * FROM jsonb_populate_recordset(NULL::charges, $1)
       )
       INSERT INTO ledger_entries SELECT * FROM entries`,
      [JSON.stringify(charges.map(rowOf)), JSON.stringify(entries), charges[0]?.chargedMs ?? 0],
    );
  }

  async ofRequest(requestId: string): Promise<Charge | undefined> {
    const [row] = await this.database.query<ChargeRow>('SELECT * FROM charges WHERE request_id = $1', [requestId]);
    if (!row) return undefined;
    const entries = await this.database.query<EntryRow>(
      'SELECT account, amount_usd FROM ledger_entries WHERE charge_id = $1 ORDER BY amount_usd DESC, account',
      [row.id],
    );
    return chargeOfRow(row, entries);
  }

  /** Undefined for an account that was never used. */
  async balance(account: string): Promise<Balance | undefined> {
    const [row] = await this.database.query<{ balance: string; entries: string }>(
      'SELECT coalesce(sum(amount_usd), 0) AS balance, count(*) AS entries FROM ledger_entries WHERE account = $1',
      [account],
    );
    const entries = Number(row?.entries ?? 0);
    return row && entries > 0 ? { amount: readNumeric('money', row.balance), entries } : undefined;
  }
}

function rowOf(charge: Charge): ChargeRow {
  return {
    id: charge.id,
    request_id: charge.requestId,
    organization_id: charge.organizationId,
    project_id: charge.projectId,
    api_key_id: charge.apiKeyId,
    model: charge.model,
    price_id: charge.priceId,
    input_tokens: String(charge.inputTokens),
    cached_input_tokens: String(charge.cachedInputTokens),
    output_tokens: String(charge.outputTokens),
    amount_usd: formatUsd(charge.amount),
    started_ms: String(charge.startedMs),
    charged_ms: String(charge.chargedMs),
  };
}

function chargeOfRow(row: ChargeRow, entries: readonly EntryRow[]): Charge {
  return {
    id: row.id,
    requestId: row.request_id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    apiKeyId: row.api_key_id,
    model: row.model,
    priceId: row.price_id,
    inputTokens: Number(row.input_tokens),
    cachedInputTokens: Number(row.cached_input_tokens),
    outputTokens: Number(row.output_tokens),
    amount: readNumeric('money', row.amount_usd),
    startedMs: Number(row.started_ms),
    chargedMs: Number(row.charged_ms),
    entries: entries.map(({ account, amount_usd }) => ({ account, amount: readNumeric('money', amount_usd) })),
  };
}
