import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@weir/database';
import type { PolicyRecord } from '../store/policy-versions.js';

/** What compiling a version told when it was published. */
export interface PolicyFacts {
  /** null = until the text is complete. */
  readonly max_holdback: number | null;
  readonly mode: string;
  readonly description: string;
  readonly detectors: readonly string[];
}

export interface StoredPolicy extends PolicyRecord {
  readonly sha256: string;
  readonly facts: PolicyFacts;
}

interface PolicyRow {
  readonly name: string;
  readonly version: number;
  readonly document: string;
  readonly sha256: string;
  readonly facts: PolicyFacts;
  readonly author: string;
  readonly note: string;
  readonly created_ms: string;
}

const MAX_NAMES = 1_000;

/** Published versions, which are added and never change. */
@Injectable()
export class PolicyRepository {
  constructor(private readonly database: Database) {}

  /** Keeps every other publisher out until the transaction ends; readers go on. */
  async lock(tx: Transaction): Promise<void> {
    await tx.query('LOCK TABLE policy_versions IN SHARE ROW EXCLUSIVE MODE');
  }

  async newestOf(tx: Transaction, name: string): Promise<StoredPolicy | undefined> {
    const rows = await tx.query<PolicyRow>(
      'SELECT * FROM policy_versions WHERE name = $1 ORDER BY version DESC LIMIT 1',
      [name],
    );
    return rows.map(storedOf)[0];
  }

  async add(tx: Transaction, policy: StoredPolicy): Promise<void> {
    const { name, version, document, sha256, facts, author, note, createdAtMs } = policy;
    await tx.query(
      `INSERT INTO policy_versions (name, version, document, sha256, facts, author, note, created_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [name, version, document, sha256, JSON.stringify(facts), author, note, createdAtMs],
    );
  }

  /** The highest version of each name. */
  async newest(): Promise<StoredPolicy[]> {
    const rows = await this.database.query<PolicyRow>(
      `SELECT DISTINCT ON (name) * FROM policy_versions ORDER BY name, version DESC LIMIT ${MAX_NAMES}`,
    );
    return rows.map(storedOf);
  }

  /** Versions below one, newest first. */
  async before(name: string, version: number, limit: number): Promise<StoredPolicy[]> {
    const rows = await this.database.query<PolicyRow>(
      'SELECT * FROM policy_versions WHERE name = $1 AND version < $2 ORDER BY version DESC LIMIT $3',
      [name, version, limit],
    );
    return rows.map(storedOf);
  }
}

function storedOf({ created_ms, ...row }: PolicyRow): StoredPolicy {
  return { ...row, createdAtMs: Number(created_ms) };
}
