import type { Action } from '../../detector/verdict-words.js';
import type { Facts, FactValue } from '../../rules/rule-set.js';
import { foundNames, METADATA_FACTS } from '../../rules/fact-names.js';
import type { ConversationPart } from '../conversation.js';
import type { CheckOutcome } from '../decision.js';

const MAX_DEPTH = 8;
const MAX_FACTS = 500;

export interface FactSources {
  readonly stage: string;
  readonly model: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly extracted: Facts;
  /** The strongest action before the rules. */
  readonly action: Action;
  readonly outcomes: readonly CheckOutcome[];
  /** Ids of the detectors and checks that found something. */
  readonly detectors: Iterable<string>;
}

/** What the rules of a policy decide over: the request, one tool call if there is one, and what the checks found. */
export function factsOf(sources: FactSources, call: ConversationPart | undefined, characters: number): Facts {
  const facts = new Map<string, FactValue>([
    ['stage', call?.stage ?? sources.stage],
    ['model', sources.model],
    ['text.characters', characters],
    ['verdict.action', sources.action],
  ]);
  for (const [key, value] of sources.metadata) facts.set(METADATA_FACTS + key, value);
  for (const { check, score } of sources.outcomes) facts.set(`verdict.${check}.score`, score);
  for (const id of sources.detectors) for (const name of foundNames(id)) facts.set(`verdict.${name}.found`, true);
  for (const [name, value] of sources.extracted) facts.set(name, value);
  if (call) addToolCall(facts, call);
  return facts;
}

/** Whether rules saw every argument of the call; they cannot judge one that hides something from them. */
export function isReadable(facts: Facts): boolean {
  return facts.get('tool.arguments_valid') !== false;
}

function addToolCall(facts: Map<string, FactValue>, call: ConversationPart): void {
  facts.set('tool.name', call.tool);
  let parsed: unknown;
  try {
    parsed = JSON.parse(call.text || '{}');
  } catch {
    facts.set('tool.arguments_valid', false);
    return;
  }
  facts.set('tool.arguments_valid', addLeaves(facts, 'tool.arguments', parsed, 0));
}

/** False when not every argument has become a fact of its own. */
function addLeaves(facts: Map<string, FactValue>, name: string, value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    // A key with a dot in it could stand for another argument's place.
    if (facts.size >= MAX_FACTS || facts.has(name)) return false;
    facts.set(name, value);
    return true;
  }
  if (value === null || typeof value !== 'object') return true;
  if (depth >= MAX_DEPTH) return false;
  return Object.entries(value).every(([key, inner]) => addLeaves(facts, `${name}.${key}`, inner, depth + 1));
}
