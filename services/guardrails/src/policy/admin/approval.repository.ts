import { Injectable } from '@nestjs/common';
import { Database } from '@weir/database';
import type { Approval, ApprovalRequest } from '../approvals.js';

export interface StoredApproval extends Approval, ApprovalRequest {
  readonly note: string;
  readonly createdAtMs: number;
}

/** Who let what pass, and why: added, never changed. */
@Injectable()
export class ApprovalRepository {
  constructor(private readonly database: Database) {}

  async add(approval: StoredApproval): Promise<void> {
    const { id, verdictId, contentHash, projectId, policies, approver, note, createdAtMs, expiresAtMs } = approval;
    await this.database.query(
      `INSERT INTO approvals (id, verdict_id, content_hash, project_id, policies, approver, note, created_ms, expires_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, verdictId, contentHash, projectId, policies, approver, note, createdAtMs, expiresAtMs],
    );
  }
}
