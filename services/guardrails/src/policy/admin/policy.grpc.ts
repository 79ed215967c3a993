import { GrpcHandlers } from '@weir/bootstrap';
import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext, Handlers } from '@weir/grpc';
import { formatTraceparent } from '@weir/telemetry';
import { Approver } from './approver.service.js';
import { PolicyArchive } from './policy-archive.service.js';
import { infoMessage } from './policy-message.js';
import { PolicyPublisher } from './policy-publisher.service.js';
import { ReplayDoor } from './replay-door.service.js';

const MAX_NOTE_CHARS = 1_000;
const RULE = { services: ['operator'], scope: 'admin' } as const;

/** Policies hold for the whole installation: a key needs the scope, and to change them the role of an owner or admin. */
@GrpcHandlers(guardrailsV1.PolicyServiceDefinition, {
  publishPolicy: RULE,
  checkPolicy: RULE,
  getPolicy: RULE,
  listPolicyVersions: RULE,
  replayPolicy: RULE,
  approve: RULE,
})
export class PolicyGrpc implements Handlers<guardrailsV1.PolicyServiceDefinition> {
  constructor(
    private readonly publisher: PolicyPublisher,
    private readonly archive: PolicyArchive,
    private readonly approver: Approver,
    private readonly replays: ReplayDoor,
  ) {}

  async publishPolicy({ document, note }: guardrailsV1.PublishPolicyRequest, call: CallContext) {
    refuseOthers(call);
    const { name, version } = await this.publisher.publish({
      document,
      note: readNote(note),
      author: principalOf(call),
      traceparent: call.trace && formatTraceparent(call.trace),
    });
    return { policy: await this.archive.get(name, version) };
  }

  async checkPolicy({ document }: guardrailsV1.CheckPolicyRequest) {
    return { policy: infoMessage(this.publisher.check(document)) };
  }

  async getPolicy({ name, version }: guardrailsV1.GetPolicyRequest) {
    return { policy: await this.archive.get(name || 'default', version) };
  }

  async listPolicyVersions({ name, beforeVersion }: guardrailsV1.ListPolicyVersionsRequest) {
    return { policies: await this.archive.list(name || 'default', beforeVersion) };
  }

  async *replayPolicy(request: guardrailsV1.ReplayPolicyRequest, call: CallContext) {
    // A candidate may have checks that ask others, with secrets of the installation.
    refuseOthers(call);
    yield* this.replays.replay(request, call);
  }

  async approve({ approvalRequest, note, validSeconds }: guardrailsV1.ApproveRequest, call: CallContext) {
    refuseOthers(call);
    return await this.approver.approve({
      approvalRequest,
      validSeconds,
      note: readNote(note),
      approver: principalOf(call),
      organizationId: call.principal?.organizationId,
    });
  }
}

function refuseOthers({ principal, peer }: CallContext): void {
  if (!principal && peer.kind === 'client') throw new WeirError('missing_api_key', 'This call needs an API key.');
  if (!principal || principal.role === 'owner' || principal.role === 'admin') return;
  throw new WeirError('permission_denied', 'Only an owner or admin may do this.');
}

function principalOf({ principal, peer }: CallContext): string {
  if (principal) return `api_key:${principal.apiKeyId}`;
  return peer.kind === 'service' ? peer.name : 'client';
}

function readNote(note: string): string {
  const isText = note.length <= MAX_NOTE_CHARS && note.isWellFormed() && !note.includes('\0');
  if (isText && note.trim()) return note.trim();
  throw new WeirError('invalid_request', `A note of 1 to ${MAX_NOTE_CHARS} characters says why.`, { param: 'note' });
}
