import { guardrailsV1 } from '@weir/contracts';
import type { TestProcess } from '@weir/testing';

const { Stage, GuardrailsServiceDefinition } = guardrailsV1;

/** Who asks, in tests to which it does not matter. */
export const subject = { requestId: 'r', organizationId: 'o', projectId: 'p', apiKeyId: 'k', model: 'm' };

/** What came out of a stream. */
export interface StreamedAnswer {
  readonly releases: readonly string[];
  readonly text: string;
  readonly verdict: guardrailsV1.Verdict | undefined;
}

/** Sends an answer through the guard in these chunks, to its end; `continuations`: where it was cut off there. */
export async function streamedAnswer(
  weir: TestProcess,
  open: Partial<guardrailsV1.FilterOpen>,
  chunks: readonly string[],
  continuations: string[] = [],
): Promise<StreamedAnswer> {
  async function* steps() {
    yield { step: { $case: 'open' as const, value: { stage: Stage.STAGE_OUTPUT, subject, ...open } } };
    for (const text of chunks) yield { step: { $case: 'chunk' as const, value: { text } } };
    yield { step: { $case: 'end' as const, value: { continuations } } };
  }
  const releases: string[] = [];
  let verdict: guardrailsV1.Verdict | undefined;
  const client = weir.operator.client('guardrails', GuardrailsServiceDefinition);
  for await (const { step } of client.filterStream(steps())) {
    if (step?.$case === 'release') releases.push(step.value.text);
    if (step?.$case === 'verdict') verdict = step.value;
  }
  return { releases, text: releases.join(''), verdict };
}
