import { Injectable } from '@nestjs/common';
import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { conversationOf } from '../../check/conversation.js';
import { wireAction, wireStage } from '../../check/stages.js';
import {
  MAX_REPLAYED,
  ReplayService,
  type Flip,
  type GivenInput,
  type ReplayCounts,
} from '../../replay/replay.service.js';
import type { CompiledPolicy } from '../policy.js';
import { PolicyStore } from '../store/policy-store.service.js';
import { PolicyPublisher } from './policy-publisher.service.js';

/** Replays as they are asked for and told on the wire. */
@Injectable()
export class ReplayDoor {
  constructor(
    private readonly store: PolicyStore,
    private readonly publisher: PolicyPublisher,
    private readonly replays: ReplayService,
  ) {}

  /** The inputs whose decision changes, and at the end one message with the counts. */
  async *replay(
    request: guardrailsV1.ReplayPolicyRequest,
    call: CallContext,
  ): AsyncIterable<guardrailsV1.ReplayPolicyResponse> {
    const flips = this.#start(request, call);
    let step = await flips.next();
    for (; !step.done; step = await flips.next()) yield flipMessage(step.value);
    yield countsMessage(step.value);
  }

  #start({ candidate: text, inputs }: guardrailsV1.ReplayPolicyRequest, { principal, signal }: CallContext) {
    const candidate = this.#candidate(text);
    const call = { signal, principal };
    if (inputs?.$case === 'recorded') {
      const { sinceMs, projectId } = inputs.value;
      const range = { sinceMs, projectId, organizationId: principal?.organizationId };
      return this.replays.recorded(candidate, range, call);
    }
    if (inputs?.$case === 'given') {
      const { baseline: name, parts } = inputs.value;
      const baseline = this.store.resolve([name || candidate.name]);
      return this.replays.given({ candidate, baseline }, givenInputs(parts), call);
    }
    throw new WeirError('invalid_request', 'Name recorded or given inputs.', { param: 'inputs' });
  }

  /** @throws WeirError `invalid_request`, `failed_precondition` for a name that nothing has. */
  #candidate(text: string): CompiledPolicy {
    return text.trimStart().startsWith('{') ? this.publisher.check(text) : this.store.resolve([text]);
  }
}

/** Each part is an input of its own. @throws WeirError `invalid_request` */
function givenInputs(parts: readonly guardrailsV1.TextPart[]): GivenInput[] {
  if (parts.length > MAX_REPLAYED) {
    throw new WeirError('invalid_request', `At most ${MAX_REPLAYED} inputs.`, { param: 'given.parts' });
  }
  return conversationOf(parts, 'input').map(({ path, role, stage, text, tool, json }) => ({
    id: path,
    stage,
    input: { model: '', texts: [{ path, role, stage, text, tool, json }], context: [], facts: {} },
  }));
}

function flipMessage({ id, stage, before, after, detectors }: Flip): guardrailsV1.ReplayPolicyResponse {
  return guardrailsV1.ReplayPolicyResponse.fromPartial({
    id,
    stage: wireStage(stage),
    before: wireAction(before),
    after: wireAction(after),
    detectors: [...detectors],
  });
}

function countsMessage(counts: ReplayCounts): guardrailsV1.ReplayPolicyResponse {
  return guardrailsV1.ReplayPolicyResponse.fromPartial(counts);
}
