import { type Stage } from '../detector/verdict-words.js';
import type { DetectorSpec } from '../detector/detector.js';
import { compileRules } from '../rules/compile-rules.js';
import type { CompiledRules } from '../rules/rule-set.js';
import { watching } from '../rules/with-actions.js';
import type { CheckCatalogue } from './check-catalogue.js';
import { sha256Of } from './compile/canonical-json.js';
import { CheckNames } from './compile/check-names.js';
import { readDocument } from './compile/read-document.js';
import { readRules, ruleTable, type NamedRule } from './compile/rule-table.js';
import { CompiledStage, PlanFactory, STREAMED_STAGES } from './compile/stage-policies.js';
import { foundAt, rulesHold } from './foreseen-facts.js';
import type { CompiledPolicy, StagePolicy } from './policy.js';
import type { PolicyDocument } from './policy-document.js';

/** Checks and kinds of checks that read the conversation when they judge an answer. */
const READS_CONVERSATION: ReadonlySet<string> = new Set(['leak', 'groundedness', 'judge', 'fms']);

/**
 * Compiles a policy once, for all requests, with everything that its stages need.
 * @throws WeirError `invalid_configuration` for a malformed policy, an unknown check, or what cannot be compiled within
 * its bounds; the message names the place.
 */
export function compilePolicy(input: unknown, version: number, checks: CheckCatalogue): CompiledPolicy {
  const document = readDocument(input);
  const names = new CheckNames(checks, document.checks);
  const rules = readRules(document, names);
  const logic = readLogicOf(document);
  const stages = compileStages(rules, checks, logic);
  return {
    name: document.name,
    version,
    versions: [`${document.name}@${version}`],
    sha256: fingerprint(document, rules, checks),
    mode: document.mode,
    description: document.description,
    detectors: idsOf(rules),
    maxHoldback: Math.max(...STREAMED_STAGES.map((stage) => stages[stage].maxHoldback)),
    message: document.message,
    downgrade: { maxOutputTokens: document.downgrade.max_output_tokens },
    rules: logic,
    needsContext: logic?.extraction !== undefined || readsConversation(rules, names),
    // A mark in the prompt would be an act.
    canary: document.canary && document.mode === 'enforce',
    stage: (stage) => stages[stage],
  };
}

function readLogicOf({ logic, mode }: PolicyDocument): CompiledRules | undefined {
  if (logic === undefined) return undefined;
  const rules = compileRules(logic);
  return mode === 'shadow' ? watching(rules) : rules;
}

function compileStages(
  rules: readonly NamedRule[],
  { detectors }: CheckCatalogue,
  logic: CompiledRules | undefined,
): Record<Stage, StagePolicy> {
  const plans = new PlanFactory();
  const compile = (stage: Stage): StagePolicy => {
    const table = ruleTable(rules, stage);
    return new CompiledStage(
      { ...table, rulesHold: rulesHold(logic, foundAt(stage, table.specs, table.checks)) },
      detectors,
      plans,
    );
  };
  return {
    input: compile('input'),
    output: compile('output'),
    document: compile('document'),
    tool_call: compile('tool_call'),
    tool_result: compile('tool_result'),
    reasoning: compile('reasoning'),
  };
}

/** Of the document and of everything it was compiled with: equal fingerprints decide equally. */
function fingerprint(document: PolicyDocument, rules: readonly NamedRule[], { normalizer }: CheckCatalogue): string {
  const detectors = new Map<string, unknown>();
  const checks = new Map<string, string>();
  for (const { named, policyCheck } of rules) {
    for (const spec of named.detectors) detectors.set(spec.id, factsOf(spec));
    if (policyCheck) checks.set(policyCheck.check.id, policyCheck.check.version);
    const { onError } = policyCheck ?? {};
    if (onError?.kind === 'degrade_to') checks.set(onError.check.id, onError.check.version);
  }
  return sha256Of({
    document,
    normalizer,
    detectors: Object.fromEntries(detectors),
    checks: Object.fromEntries(checks),
  });
}

function factsOf({ pattern, ignoreCase, maxLength, score, context, folded, replacement }: DetectorSpec): unknown {
  const text = typeof replacement === 'string' ? replacement : undefined;
  return { pattern, ignoreCase, maxLength, score, context, folded, replacement: text };
}

function idsOf(rules: readonly NamedRule[]): string[] {
  const ids = rules.flatMap(({ named }) => [
    ...named.detectors.map(({ id }) => id),
    ...(named.check ? [named.check.id] : []),
  ]);
  return [...new Set(ids)].sort();
}

function readsConversation(rules: readonly NamedRule[], names: CheckNames): boolean {
  return rules.some(({ named: { check }, stages }) => {
    if (!check || (stages && !stages.some((stage) => STREAMED_STAGES.includes(stage)))) return false;
    return READS_CONVERSATION.has(names.kindOf(check.id) ?? check.id);
  });
}
