import { Injectable } from '@nestjs/common';
import { Database } from '@weir/database';
import { WeirError } from '@weir/errors';
import { readNumeric } from '../quota/counter.repository.js';
import type { UsageSum } from './buckets.js';
import { BUCKET_MS, type UsageQuery } from './usage-query.js';

interface SumRow {
  readonly bucket_ms: string;
  readonly project_id: string | null;
  readonly api_key_id: string | null;
  readonly model: string | null;
  readonly requests: string;
  readonly input_tokens: string;
  readonly cached_input_tokens: string;
  readonly output_tokens: string;
  readonly amount_usd: string;
}

const MOST_ROWS = 10_000;

/** Sums over the charges of one organisation. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /** @throws WeirError `invalid_request` when a page would have more than 10,000 results. */
  async sums(organizationId: string, query: UsageQuery): Promise<UsageSum[]> {
    const rows = await this.database.query<SumRow>(
      `SELECT (started_ms / $4) * $4 AS bucket_ms,
              CASE WHEN $5 THEN project_id END AS project_id,
              CASE WHEN $6 THEN api_key_id END AS api_key_id,
              CASE WHEN $7 THEN model END AS model,
              count(*) AS requests, sum(input_tokens) AS input_tokens,
              sum(cached_input_tokens) AS cached_input_tokens, sum(output_tokens) AS output_tokens,
              sum(amount_usd) AS amount_usd
         FROM charges
        WHERE organization_id = $1 AND started_ms >= $2 AND started_ms < $3
          AND ($8::text[] = '{}' OR project_id = ANY($8))
          AND ($9::text[] = '{}' OR api_key_id = ANY($9))
          AND ($10::text[] = '{}' OR model = ANY($10))
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 LIMIT ${MOST_ROWS + 1}`,
      [
        organizationId,
        query.fromMs,
        query.toMs,
        BUCKET_MS[query.width],
        query.groups.includes('project_id'),
        query.groups.includes('api_key_id'),
        query.groups.includes('model'),
        query.projectIds,
        query.apiKeyIds,
        query.models,
      ],
    );
    if (rows.length > MOST_ROWS) {
      throw new WeirError('invalid_request', 'The page would be too large: ask for fewer buckets.', { param: 'limit' });
    }
    return rows.map(sumOf);
  }
}

function sumOf(row: SumRow): UsageSum {
  return {
    bucketMs: Number(row.bucket_ms),
    projectId: row.project_id,
    apiKeyId: row.api_key_id,
    model: row.model,
    requests: Number(row.requests),
    inputTokens: Number(row.input_tokens),
    cachedInputTokens: Number(row.cached_input_tokens),
    outputTokens: Number(row.output_tokens),
    amount: readNumeric('money', row.amount_usd),
  };
}
