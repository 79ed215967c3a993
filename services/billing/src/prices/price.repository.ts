import { Injectable } from '@nestjs/common';
import { formatUsd } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { readNumeric } from '../quota/counter.repository.js';
import type { NewPrice, Price } from './price.js';

interface PriceRow {
  readonly id: string;
  readonly model: string;
  readonly input_usd_per_million: string;
  readonly cached_input_usd_per_million: string;
  readonly output_usd_per_million: string;
  readonly valid_from_ms: string;
  readonly valid_to_ms: string | null;
  readonly source: string;
  readonly revision: string;
}

/** A price with the revision at which it was last written; revisions become visible in ascending order. */
export interface RevisedPrice extends Price {
  readonly revision: bigint;
}

const MOST_PRICES = 10_000;

/** Prices, which are added and ended, never deleted. */
@Injectable()
export class PriceRepository {
  constructor(private readonly database: Database) {}

  /** Keeps every other writer of prices out until the transaction ends; readers and charges go on. */
  async lock(tx: Transaction): Promise<void> {
    await tx.query('LOCK TABLE prices IN SHARE ROW EXCLUSIVE MODE');
  }

  async ofModel(tx: Transaction, model: string): Promise<Price[]> {
    return pricesOf(await tx.query<PriceRow>('SELECT * FROM prices WHERE model = $1 ORDER BY valid_from_ms', [model]));
  }

  /** All prices of the models to which the named prices belong: what charges may be made by. */
  async ofSameModels(tx: Transaction, priceIds: readonly string[]): Promise<Price[]> {
    const rows = await tx.query<PriceRow>(
      'SELECT * FROM prices WHERE model IN (SELECT model FROM prices WHERE id = ANY($1))',
      [priceIds],
    );
    return pricesOf(rows);
  }

  async add(tx: Transaction, price: Price, recordedMs: number): Promise<void> {
    await tx.query(
      `INSERT INTO prices (id, model, input_usd_per_million, cached_input_usd_per_million, output_usd_per_million,
                           valid_from_ms, valid_to_ms, source, recorded_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [price.id, price.model, ...termsOf(price), price.validFromMs, price.validToMs ?? null, price.source, recordedMs],
    );
  }

  async end(tx: Transaction, priceId: string, validToMs: number): Promise<void> {
    await tx.query(`UPDATE prices SET valid_to_ms = $2, revision = nextval('price_revisions') WHERE id = $1`, [
      priceId,
      validToMs,
    ]);
  }

  /** Prices in force at an instant or later; all models when none is named. */
  async currentAndComing(atMs: number, model = ''): Promise<RevisedPrice[]> {
    const rows = await this.database.query<PriceRow>(
      `SELECT * FROM prices WHERE ($2 = '' OR model = $2) AND (valid_to_ms IS NULL OR valid_to_ms > $1)
        ORDER BY model, valid_from_ms LIMIT ${MOST_PRICES}`,
      [atMs, model],
    );
    return rows.map(revised);
  }

  async list(model: string): Promise<Price[]> {
    const rows = await this.database.query<PriceRow>(
      `SELECT * FROM prices WHERE ($1 = '' OR model = $1) ORDER BY model, valid_from_ms LIMIT ${MOST_PRICES}`,
      [model],
    );
    return pricesOf(rows);
  }

  async changedAfter(revision: bigint): Promise<RevisedPrice[]> {
    const rows = await this.database.query<PriceRow>(
      `SELECT * FROM prices WHERE revision > $1 ORDER BY revision LIMIT ${MOST_PRICES}`,
      [revision.toString()],
    );
    return rows.map(revised);
  }

  async latestRevision(): Promise<bigint> {
    const [row] = await this.database.query<{ revision: string }>(
      'SELECT coalesce(max(revision), 0) AS revision FROM prices',
    );
    return BigInt(row?.revision ?? 0);
  }
}

function termsOf(price: NewPrice): string[] {
  return [price.inputPerMillion, price.cachedInputPerMillion, price.outputPerMillion].map(formatUsd);
}

const pricesOf = (rows: readonly PriceRow[]): Price[] => rows.map(priceOf);

function priceOf(row: PriceRow): Price {
  return {
    id: row.id,
    model: row.model,
    inputPerMillion: readNumeric('money', row.input_usd_per_million),
    cachedInputPerMillion: readNumeric('money', row.cached_input_usd_per_million),
    outputPerMillion: readNumeric('money', row.output_usd_per_million),
    validFromMs: Number(row.valid_from_ms),
    validToMs: row.valid_to_ms === null ? undefined : Number(row.valid_to_ms),
    source: row.source,
  };
}

const revised = (row: PriceRow): RevisedPrice => ({ ...priceOf(row), revision: BigInt(row.revision) });
