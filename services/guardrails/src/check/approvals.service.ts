import { Inject, Injectable } from '@nestjs/common';
import { PROCESS_SETTINGS, SOURCE } from '@weir/bootstrap';
import type { ProcessSettings, Source } from '@weir/config';
import {
  approvalKeys,
  sealRequest,
  verifyApproval,
  type ApprovalKeys,
  type ApprovedContent,
} from '../policy/approvals.js';

/** What persons approve and have approved, as decisions need it. Nothing is looked up: a proof speaks for itself. */
@Injectable()
export class Approvals {
  readonly #keys: ApprovalKeys;

  constructor(
    @Inject(PROCESS_SETTINGS) settings: ProcessSettings,
    @Inject(SOURCE) private readonly source: Source,
  ) {
    this.#keys = approvalKeys(settings.keyPepper);
  }

  /** Who approved the content; undefined = the proof is about something else, has ended, or is none of ours. */
  approverOf(proof: string, content: ApprovedContent): string | undefined {
    if (proof === '') return undefined;
    return verifyApproval(proof, content, { keys: this.#keys, nowMs: this.source.now() })?.approver;
  }

  requestFor(content: ApprovedContent, verdictId: string): string {
    return sealRequest({ ...content, verdictId }, this.#keys);
  }
}
