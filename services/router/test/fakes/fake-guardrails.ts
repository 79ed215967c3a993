import { Module } from '@nestjs/common';
import { GrpcHandlers, type ServiceDescriptor } from '@weir/bootstrap';
import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { changed, decided, restored, stateAfter } from './guard-words.js';

const { Action, Stage } = guardrailsV1;
const router = { services: ['router' as const] };

/** Most characters that its streams hold back. */
export const FAKE_HOLDBACK = 24;

type About = Pick<guardrailsV1.CheckRequest, 'policy' | 'morePolicies' | 'stage' | 'state'>;

/**
 * Decides by the words in `guard-words.ts`, and can be away. On streams it holds back the last word until it is complete.
 * The policy `missing` does not exist.
 */
@GrpcHandlers(guardrailsV1.GuardrailsServiceDefinition, { check: router, filterStream: router, listPolicies: router })
export class FakeGuardrails {
  down = false;
  /** Fails streams after so many chunks. */
  failStreamAfter = Number.POSITIVE_INFINITY;
  checks: guardrailsV1.CheckRequest[] = [];
  opens: guardrailsV1.FilterOpen[] = [];
  #verdicts = 0;

  async check(request: guardrailsV1.CheckRequest) {
    if (this.down) throw new WeirError('peer_unavailable', 'down');
    this.checks.push(request);
    refuseMissing(request);
    const texts = request.parts.map(({ text }) => text);
    const { action, incomplete } = decided(texts, request.approval);
    const state = stateAfter(request.state, texts);
    const verdict = this.#verdict(request, action, incomplete);
    if (action === Action.ACTION_BLOCK || action === Action.ACTION_REQUIRE_APPROVAL) return { verdict, state };
    const side = request.stage === Stage.STAGE_INPUT ? changed : (text: string) => restored(text, request.state);
    return { verdict, state, parts: request.parts.map((part) => ({ ...part, text: side(part.text) })) };
  }

  async *filterStream(requests: AsyncIterable<guardrailsV1.FilterStreamRequest>) {
    if (this.down) throw new WeirError('peer_unavailable', 'down');
    let held = '';
    let chunks = 0;
    let action = Action.ACTION_ALLOW;
    let incomplete = false;
    let open = guardrailsV1.FilterOpen.fromPartial({});
    for await (const { step } of requests) {
      if (step?.$case === 'open') this.#opened((open = step.value));
      if (step?.$case !== 'chunk') continue;
      if ((chunks += 1) > this.failStreamAfter) throw new WeirError('peer_unavailable', 'gone');
      held += step.value.text;
      const found = decided([held], '');
      incomplete ||= found.incomplete;
      if (found.action === Action.ACTION_BLOCK) return yield* this.#decision(open, found.action, incomplete);
      const cut = held.lastIndexOf(' ') + 1;
      const released = restored(held.slice(0, cut), open.state);
      if (released !== held.slice(0, cut)) action = Action.ACTION_MASK;
      held = held.slice(cut);
      if (released) yield { step: { $case: 'release' as const, value: { choiceIndex: 0, text: released } } };
    }
    const last = restored(held, open.state);
    if (last !== held) action = Action.ACTION_MASK;
    if (last) yield { step: { $case: 'release' as const, value: { choiceIndex: 0, text: last } } };
    yield* this.#decision(open, action, incomplete);
  }

  async listPolicies() {
    return { policies: [] };
  }

  #opened(open: guardrailsV1.FilterOpen): void {
    this.opens.push(open);
    refuseMissing(open);
    if (open.maxHoldbackChars === 0 || open.maxHoldbackChars >= FAKE_HOLDBACK) return;
    throw new WeirError('failed_precondition', 'The policy may hold back more than the route allows.');
  }

  *#decision(open: guardrailsV1.FilterOpen, action: guardrailsV1.Action, incomplete: boolean) {
    yield { step: { $case: 'verdict' as const, value: this.#verdict(open, action, incomplete) } };
  }

  #verdict({ policy, morePolicies, stage }: About, action: guardrailsV1.Action, incomplete: boolean) {
    this.#verdicts += 1;
    const found = guardrailsV1.Finding.fromPartial({ detector: 'test.word', action, category: 'words' });
    return guardrailsV1.Verdict.fromPartial({
      id: `verdict-${this.#verdicts}`,
      policy,
      policyVersion: 1,
      policies: [policy, ...morePolicies].map((name) => `${name}@1`),
      stage,
      action,
      findings: action === Action.ACTION_ALLOW ? [] : [found],
      durationUs: 50,
      passedUnchecked: incomplete ? ['judge'] : [],
      approvalRequest: action === Action.ACTION_REQUIRE_APPROVAL ? `ask-${this.#verdicts}` : '',
      message: action === Action.ACTION_BLOCK && policy === 'talkative' ? 'Please ask us by phone.' : '',
    });
  }
}

function refuseMissing({ policy }: Pick<About, 'policy'>): void {
  if (policy === 'missing') throw new WeirError('failed_precondition', 'There is no policy missing.');
}

@Module({ providers: [FakeGuardrails] })
class FakeGuardrailsModule {}

export const fakeGuardrails: ServiceDescriptor = {
  name: 'guardrails',
  module: FakeGuardrailsModule,
  settings: {},
  metrics: {},
};
