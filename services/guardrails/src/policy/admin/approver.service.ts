import { Inject, Injectable } from '@nestjs/common';
import { PROCESS_SETTINGS, RegistrySnapshot, SOURCE } from '@weir/bootstrap';
import type { ProcessSettings, Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import { approvalKeys, issueApproval, openRequest, type ApprovalKeys } from '../approvals.js';
import { policyMetrics } from '../store/policy.metrics.js';
import { ApprovalRepository } from './approval.repository.js';

export interface ApprovalOrder {
  readonly approvalRequest: string;
  readonly note: string;
  readonly validSeconds: number;
  /** Principal that approves. */
  readonly approver: string;
  /** Its organisation; undefined = may approve for all. */
  readonly organizationId: string | undefined;
}

export interface IssuedApproval {
  readonly approval: string;
  readonly expiresAtMs: number;
}

const DEFAULT_SECONDS = 3_600;
const MAX_SECONDS = 86_400;

/** Lets held content pass, on record. */
@Injectable()
export class Approver {
  readonly #keys: ApprovalKeys;
  readonly #metrics: Bound<typeof policyMetrics>;

  constructor(
    private readonly approvals: ApprovalRepository,
    private readonly registry: RegistrySnapshot,
    @Inject(PROCESS_SETTINGS) settings: ProcessSettings,
    @Inject(SOURCE) private readonly source: Source,
    metrics: Metrics,
  ) {
    this.#keys = approvalKeys(settings.keyPepper);
    this.#metrics = metrics.bind(policyMetrics);
  }

  /** @throws WeirError `invalid_request`, or `permission_denied` for content of another organisation. */
  async approve(order: ApprovalOrder): Promise<IssuedApproval> {
    const { approver, note, validSeconds } = order;
    const request = openRequest(order.approvalRequest, this.#keys);
    if (validSeconds > MAX_SECONDS) {
      throw new WeirError('invalid_request', `At most ${MAX_SECONDS} seconds.`, { param: 'valid_seconds' });
    }
    if (order.organizationId !== undefined) this.#refuseStranger(request.projectId, order.organizationId);
    const nowMs = this.source.now();
    const expiresAtMs = nowMs + (validSeconds || DEFAULT_SECONDS) * 1_000;
    const approval = { id: this.source.uuid(), approver, expiresAtMs };
    await this.approvals.add({ ...request, ...approval, note, createdAtMs: nowMs });
    this.#metrics.approvals.inc();
    return { approval: issueApproval(approval, request, this.#keys), expiresAtMs };
  }

  #refuseStranger(projectId: string, organizationId: string): void {
    if (this.registry.project(projectId)?.organization_id === organizationId) return;
    throw new WeirError('permission_denied', 'The content belongs to another organisation.');
  }
}
