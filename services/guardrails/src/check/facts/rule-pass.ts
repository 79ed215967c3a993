import type { Action } from '../../detector/verdict-words.js';
import { strongest } from '../../detector/verdict-words.js';
import type { CompiledRules, FiredRule, RuleDecision } from '../../rules/rule-set.js';
import type { ConversationPart } from '../conversation.js';
import { factsOf, isReadable, type FactSources } from './rule-facts.js';

export interface RulePass {
  readonly action: Action;
  readonly message: string;
  readonly trace: readonly FiredRule[];
}

export const NO_RULES: RulePass = { action: 'allow', message: '', trace: [] };

/** Lets the rules decide: once over each tool call, and once over the texts beside them or over nothing at all. */
export function applyRules(rules: CompiledRules, sources: FactSources, texts: readonly ConversationPart[]): RulePass {
  const characters = texts.reduce((sum, { text }) => sum + text.length, 0);
  const calls = texts.filter(({ stage }) => stage === 'tool_call');
  const beside = calls.length === 0 || texts.some(({ stage, text }) => stage !== 'tool_call' && text !== '');
  const subjects = beside ? [...calls, undefined] : calls;
  const decisions = subjects.map((call): RuleDecision => {
    const facts = factsOf(sources, call, characters);
    return isReadable(facts) ? rules.decide(facts) : unreadable(facts, rules);
  });
  const action = strongest(decisions.map((decision) => decision.action));
  return {
    action,
    message: decisions.find((decision) => decision.action === action)?.message ?? '',
    trace: decisions.flatMap(({ fired }) => fired),
  };
}

function unreadable(facts: RuleDecision['facts'], { acts }: CompiledRules): RuleDecision {
  const fired: FiredRule = {
    rule: 'tool-arguments-readable',
    read: [['tool.arguments_valid', false]],
    conclusion: 'action=block',
  };
  return { action: acts ? 'block' : 'allow', message: '', fired: [fired], facts };
}
