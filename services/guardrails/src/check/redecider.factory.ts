import { guardrailsV1 } from '@weir/contracts';
import type { Redecide, Redecider, RecordedText } from '../replay/redecide.js';
import type { CheckService } from './check.service.js';
import { ConversationPart } from './conversation.js';

const NOBODY = guardrailsV1.Subject.fromPartial({});
const partOf = (text: RecordedText) => new ConversationPart(text);

/** Decides again on what was recorded, by the way that every decision goes, without its effects. */
export function redeciderFactory(checks: CheckService): Redecider {
  const redecide: Redecide = async (policy, stage, { model, texts, context, facts }, { signal, principal }) => {
    const { decision } = await checks.decide({
      policy,
      stage,
      texts: texts.map(partOf),
      context: context.map(partOf),
      facts: new Map(Object.entries(facts)),
      subject: { ...NOBODY, model },
      state: undefined,
      approval: '',
      signal,
      principal,
    });
    const detectors = decision.findings.filter(({ shadow }) => !shadow).map(({ detector }) => detector);
    return { action: decision.action, detectors: [...new Set(detectors)] };
  };
  return { redecide };
}
