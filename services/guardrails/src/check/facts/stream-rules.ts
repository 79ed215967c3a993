import { strongest, type Stage } from '../../detector/verdict-words.js';
import { foreseenFacts, foundAt, waitsForText, type OpenedRequest } from '../../policy/foreseen-facts.js';
import type { CompiledPolicy } from '../../policy/policy.js';
import { isHeld } from '../../policy/rule-effect.js';
import { METADATA_FACTS } from '../../rules/fact-names.js';
import { NO_RULES, type RulePass } from './rule-pass.js';

/** What the rules of a policy mean for one text of a stream. */
export type StreamRules =
  /** The text waits until it is complete, and is decided on as one that never was a stream. */
  | { readonly kind: 'hold' }
  /** The text goes its way; what the rules say of it at its end changes nothing of it. */
  | { readonly kind: 'watch' }
  /** Decided before the first character, whatever the text says. */
  | { readonly kind: 'decided'; readonly pass: RulePass };

/** Known as soon as the stream is open, since it depends on the request and never on the text. */
export function streamRules({ rules, stage: at }: CompiledPolicy, stage: Stage, request: OpenedRequest): StreamRules {
  if (!rules) return { kind: 'decided', pass: NO_RULES };
  if (stage === 'tool_call') return { kind: rules.acts ? 'hold' : 'watch' };
  const { plan, checks } = at(stage);
  const { awaited, decideEarly } = rules.foresee(foreseenFacts(foundAt(stage, plan.detectors, checks), request));
  const metadata = [...request.metadata].map(([key, value]) => [METADATA_FACTS + key, value] as const);
  const { action, message, fired } = decideEarly(new Map([['stage', stage], ['model', request.model], ...metadata]));
  const pass = { action, message, trace: fired };
  // Whatever the text says, nothing is stronger. Another action that keeps it back may still become a block.
  if (action === 'block') return { kind: 'decided', pass };
  if (isHeld(action) || waitsForText(rules, awaited)) return { kind: 'hold' };
  return awaited === undefined ? { kind: 'decided', pass } : { kind: 'watch' };
}

/** Of several texts under one policy: the strongest action, with the message of the first text that it is about. */
export function joinedPasses(passes: readonly RulePass[]): RulePass {
  const action = strongest(passes.map((pass) => pass.action));
  const message = passes.find((pass) => pass.action === action)?.message ?? '';
  return { action, message, trace: passes.flatMap(({ trace }) => trace) };
}
