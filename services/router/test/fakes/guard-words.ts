import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';

const { Action } = guardrailsV1;

type State = guardrailsV1.RequestState;

/** Stands for a person in prompts; answers that name the pseudonym name the person again. */
const PERSON = 'Alice';
const PSEUDONYM = 'Zelda';

/** The fake's policy, strongest first: a text with the word gets the action. */
const WORDS: readonly (readonly [string, guardrailsV1.Action])[] = [
  ['forbidden', Action.ACTION_BLOCK],
  ['payout', Action.ACTION_REQUIRE_APPROVAL],
  ['risky', Action.ACTION_DOWNGRADE],
  [PERSON, Action.ACTION_PSEUDONYMISE],
  ['secret', Action.ACTION_MASK],
  ['4111', Action.ACTION_MASK],
];

/** What a person gives out for a payout. */
export const APPROVAL = 'granted';

/** Most output tokens of a downgraded request. */
export const DOWNGRADED_TOKENS = 2;

/** `shaky`: a check failed and was passed over. `brittle`: one failed that has to answer. */
export function decided(texts: readonly string[], approval: string) {
  const holds = (word: string) => texts.some((text) => text.includes(word));
  if (holds('brittle')) throw new WeirError('guardrails_unavailable', 'A check failed that has to answer.');
  const granted = approval === APPROVAL;
  const found = WORDS.find(([word, action]) => holds(word) && !(granted && action === Action.ACTION_REQUIRE_APPROVAL));
  return { action: found?.[1] ?? Action.ACTION_ALLOW, incomplete: holds('shaky') };
}

/** A prompt as it may go on. */
export function changed(text: string): string {
  return masked(text).replaceAll(PERSON, PSEUDONYM);
}

/** An answer as it may go on. */
export function restored(text: string, state: State | undefined): string {
  return (state?.pseudonyms ?? []).reduce(
    (answer, { pseudonym, original }) => answer.replaceAll(pseudonym, original),
    masked(text),
  );
}

/** `topical`: later checks want to read the conversation. */
export function stateAfter(before: State | undefined, texts: readonly string[]): State {
  const holds = (word: string) => texts.some((text) => text.includes(word));
  const pair = { pseudonym: PSEUDONYM, original: PERSON };
  const downgraded = before?.downgraded === true || holds('risky');
  return {
    pseudonyms: [...(before?.pseudonyms ?? []), ...(holds(PERSON) ? [pair] : [])],
    canaries: ['canary-1'],
    downgraded,
    maxOutputTokens: downgraded ? DOWNGRADED_TOKENS : 0,
    needsContext: holds('topical'),
  };
}

const masked = (text: string) => text.replaceAll('secret', '******').replaceAll('4111', '****');
