import { Module } from '@nestjs/common';
import { GrpcHandlers, type ServiceDescriptor } from '@weir/bootstrap';
import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';

const { Action, Stage } = guardrailsV1;
const router = { services: ['router' as const] };

/** Masks `secret` and `4111`, blocks `forbidden`, and can be away. On streams it holds back the last word until it is complete. */
@GrpcHandlers(guardrailsV1.GuardrailsServiceDefinition, { check: router, filterStream: router, listPolicies: router })
export class FakeGuardrails {
  down = false;
  /** Fails streams after so many chunks. */
  failStreamAfter = Number.POSITIVE_INFINITY;
  checks: guardrailsV1.CheckRequest[] = [];
  #verdicts = 0;

  async check(request: guardrailsV1.CheckRequest) {
    if (this.down) throw new WeirError('peer_unavailable', 'down');
    this.checks.push(request);
    const texts = request.parts.map((part) => part.text);
    if (texts.some((text) => text.includes('forbidden')))
      return { verdict: this.#verdict(request, Action.ACTION_BLOCK) };
    const parts = request.parts.map(({ path, text }) => ({ path, text: masked(text) }));
    const changed = parts.some((part, index) => part.text !== texts[index]);
    return { verdict: this.#verdict(request, changed ? Action.ACTION_MASK : Action.ACTION_ALLOW), parts };
  }

  async *filterStream(requests: AsyncIterable<guardrailsV1.FilterStreamRequest>) {
    if (this.down) throw new WeirError('peer_unavailable', 'down');
    let held = '';
    let chunks = 0;
    let action = Action.ACTION_ALLOW;
    let open: guardrailsV1.FilterOpen | undefined;
    for await (const { step } of requests) {
      if (step?.$case === 'open') open = step.value;
      if (step?.$case !== 'chunk') continue;
      if ((chunks += 1) > this.failStreamAfter) throw new WeirError('peer_unavailable', 'gone');
      held += step.value.text;
      if (held.includes('forbidden')) return yield* this.#decision(open, Action.ACTION_BLOCK);
      const cut = held.lastIndexOf(' ') + 1;
      const released = masked(held.slice(0, cut));
      if (released !== held.slice(0, cut)) action = Action.ACTION_MASK;
      held = held.slice(cut);
      if (released) yield { step: { $case: 'release' as const, value: { choiceIndex: 0, text: released } } };
    }
    if (masked(held) !== held) action = Action.ACTION_MASK;
    if (held) yield { step: { $case: 'release' as const, value: { choiceIndex: 0, text: masked(held) } } };
    yield* this.#decision(open, action);
  }

  async listPolicies() {
    return { policies: [] };
  }

  *#decision(open: guardrailsV1.FilterOpen | undefined, action: guardrailsV1.Action) {
    const subject = { policy: open?.policy ?? '', stage: open?.stage ?? Stage.STAGE_OUTPUT };
    yield { step: { $case: 'verdict' as const, value: this.#verdict(subject, action) } };
  }

  #verdict({ policy, stage }: { policy: string; stage: guardrailsV1.Stage }, action: guardrailsV1.Action) {
    this.#verdicts += 1;
    const findings = action === Action.ACTION_ALLOW ? [] : [{ detector: 'test.word', action }];
    const id = `verdict-${this.#verdicts}`;
    return { id, policy, policyVersion: 1, stage, action, findings, durationUs: 50 } as guardrailsV1.Verdict;
  }
}

const masked = (text: string) => text.replaceAll('secret', '******').replaceAll('4111', '****');

@Module({ providers: [FakeGuardrails] })
class FakeGuardrailsModule {}

export const fakeGuardrails: ServiceDescriptor = {
  name: 'guardrails',
  module: FakeGuardrailsModule,
  settings: {},
  metrics: {},
};
