import { comparisonsIn, invalidLogic, type LogicDocument, type RuleDocument } from './logic-document.js';

/** What facts of the request's metadata begin with. */
export const METADATA_FACTS = 'request.metadata.';

/** Names by which rules know that a detector or check found something: its own, and those of the families it is in. */
export function foundNames(id: string): string[] {
  // A policy that shares its name of a detector with another one is put before the id.
  const parts = id.slice(id.indexOf(':') + 1).split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** Facts that a request brings; rules cannot set them, so that no rule can be told a lie by another one. */
const GIVEN =
  /^(?:stage|model|text\.characters|tool\.(?:name|arguments_valid|arguments\..+)|request\.metadata\..+|verdict\.(?:action|.+\.(?:score|found)))$/;
const RESERVED = /^(?:stage|model|text|tool|request|verdict|extracted)(?:\.|$)/;

function readBy(rule: RuleDocument): readonly string[] {
  return comparisonsIn(rule.when).flatMap((one) => ('value_of' in one ? [one.fact, one.value_of] : [one.fact]));
}

/**
 * Checks that each fact that is read can exist, that rules conclude facts of their own only, and that no conclusion leads
 * back to its own conditions.
 * @throws WeirError `invalid_configuration` naming the rule.
 */
export function checkFacts({ rules }: LogicDocument, extracted: ReadonlySet<string>): void {
  const setters = new Map<string, RuleDocument[]>();
  for (const rule of rules) {
    for (const name of Object.keys(rule.then.set)) {
      if (RESERVED.test(name)) throw invalidLogic(`rule ${rule.id}: ${name} cannot be set by a rule`);
      setters.set(name, [...(setters.get(name) ?? []), rule]);
    }
  }
  for (const rule of rules) {
    for (const name of readBy(rule)) {
      const known = GIVEN.test(name) || extracted.has(name) || setters.has(name);
      if (!known) throw invalidLogic(`rule ${rule.id}: there is no fact ${JSON.stringify(name)}`);
    }
  }
  refuseCycles(rules, setters);
}

function refuseCycles(rules: readonly RuleDocument[], setters: ReadonlyMap<string, readonly RuleDocument[]>): void {
  const done = new Set<RuleDocument>();
  const visit = (rule: RuleDocument, path: readonly RuleDocument[]): void => {
    if (path.includes(rule)) {
      const circle = [...path.slice(path.indexOf(rule)), rule].map(({ id }) => id);
      throw invalidLogic(`rules depend on one another in a circle: ${circle.join(' <- ')}`);
    }
    if (done.has(rule)) return;
    for (const name of readBy(rule)) for (const before of setters.get(name) ?? []) visit(before, [...path, rule]);
    done.add(rule);
  };
  for (const rule of rules) visit(rule, []);
}
