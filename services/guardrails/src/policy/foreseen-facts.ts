import type { Action, Stage } from '../detector/verdict-words.js';
import { foundNames, METADATA_FACTS } from '../rules/fact-names.js';
import { BY_REQUEST, BY_TEXT, type CompiledRules, type KnownFacts } from '../rules/rule-set.js';
import { leadsElsewhere } from './compile/stage-policies.js';
import type { PolicyCheck } from './policy.js';
import { isHeld } from './rule-effect.js';

/** A stage of a policy, by what can be found there. */
export interface FoundAtStage {
  readonly stage: Stage;
  /** Ids of detectors of values, and of the families that they are in. */
  readonly detectors: ReadonlySet<string>;
  /** Ids of checks of texts. */
  readonly checks: ReadonlySet<string>;
}

export function foundAt(
  stage: Stage,
  detectors: readonly { readonly id: string }[],
  checks: readonly PolicyCheck[],
): FoundAtStage {
  return {
    stage,
    detectors: new Set(detectors.flatMap(({ id }) => foundNames(id))),
    checks: new Set(checks.map(({ check }) => check.id)),
  };
}

/** What a stream knows when it opens. */
export interface OpenedRequest {
  readonly model: string;
  readonly metadata: ReadonlyMap<string, string>;
}

const VERDICT = /^verdict\.(.+)\.(found|score)$/;
/** Looked for whatever the policy names: the mark of a request, and what a downgraded one loses. */
const ALWAYS = new Set([...foundNames('leak.canary'), 'egress']);

/** What rules know of a text at a stage before it is there. Without a request: whichever one may come. */
export function foreseenFacts(found: FoundAtStage, request?: OpenedRequest): KnownFacts {
  return (fact) => {
    if (fact === 'stage') return found.stage;
    if (fact === 'model') return request ? request.model : BY_REQUEST;
    if (fact.startsWith(METADATA_FACTS)) {
      return request ? request.metadata.get(fact.slice(METADATA_FACTS.length)) : BY_REQUEST;
    }
    if (fact.startsWith('tool.') && found.stage !== 'tool_call') return undefined;
    const [, name, what] = VERDICT.exec(fact) ?? [];
    if (name === undefined) return BY_TEXT;
    return (what === 'score' ? found.checks.has(name) : canBeFound(name, found)) ? BY_TEXT : undefined;
  };
}

function canBeFound(name: string, { detectors, checks }: FoundAtStage): boolean {
  return detectors.has(name) || checks.has(name) || ALWAYS.has(name) || leadsElsewhere(name);
}

/** Whether rules may stop a text for what it says, so that none of it may leave before all of it is there. */
export function rulesHold(rules: CompiledRules | undefined, found: FoundAtStage): boolean {
  // Nobody can use half of a call: to wait for the rest of one costs nobody anything.
  if (!rules || found.stage === 'tool_call') return false;
  return waitsForText(rules, rules.foresee(foreseenFacts(found)).awaited);
}

/** `awaited`: what the text may lead to. Where the facts of the text may be refused, nothing leaves before they are known. */
export function waitsForText({ extraction }: CompiledRules, awaited: Action | undefined): boolean {
  return awaited !== undefined && (isHeld(awaited) || extraction?.onError === 'closed');
}
