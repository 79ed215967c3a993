import type { InferenceRequest, Prompt, Turn } from './inference-request.js';
import type { PromptText } from './prompt-texts.js';

/** What a name of a speaker may not have; the values that policies put in are no names. */
const NO_NAME = /[^A-Za-z0-9_-]/g;
const MOST_NAME = 64;

/**
 * The short texts beside what is said: where to stop, names of speakers, names of functions. Each once, however often it
 * stands there. Before all others, because checks read the last text as the latest one.
 */
export function labelsOf(request: InferenceRequest): PromptText[] {
  const functions = functionNames(request);
  const offered = new Set(functions.map(({ text }) => text));
  const speakers = turnsOf(request.prompts).flatMap((turn, index) => {
    const isKnown = turn.name === '' || (turn.role === 'tool' && offered.has(turn.name));
    return isKnown ? [] : [{ ...speaker(turn), path: `messages.${index}.name` }];
  });
  const stops = request.sampling.stop.map((text, index) => ({ ...stopAt(text), path: `stop.${index}` }));
  return distinct([...stops, ...speakers, ...functions]);
}

/** The same request with other labels, in the order of `labelsOf`; those of functions stay. */
export function withLabels(request: InferenceRequest, next: () => string): InferenceRequest {
  const labels = new Map(labelsOf(request).map((label) => [keyOf(label), next()]));
  const put = (label: Label) => labels.get(keyOf(label)) ?? label.text;
  const stop = request.sampling.stop.map((text) => put(stopAt(text))).filter((text) => text !== '');
  const prompts = request.prompts.map((prompt) =>
    prompt.kind === 'chat' ? { ...prompt, turns: prompt.turns.map((turn) => named(turn, put(speaker(turn)))) } : prompt,
  );
  return { ...request, prompts, sampling: { ...request.sampling, stop } };
}

type Label = Omit<PromptText, 'path'>;

const stopAt = (text: string): Label => ({ text, stage: 'input', role: 'user' });

/** The name of an instruction's author is no instruction itself. */
function speaker({ role, name }: Turn): Label {
  if (role === 'tool') return { text: name, stage: 'tool_result', role };
  return { text: name, stage: 'input', role: role === 'assistant' ? role : 'user' };
}

/** Whoever offers a tool names it; a name that a policy would change cannot be called any more. */
function functionNames({ prompts, form }: InferenceRequest): PromptText[] {
  const offered = form.tools.map(({ name }, index) => functionName(name, `tools.${index}`));
  const called = turnsOf(prompts).flatMap(({ toolCalls }, turn) =>
    toolCalls.map(({ name }, index) => functionName(name, `messages.${turn}.tool_calls.${index}`)),
  );
  return distinct([...offered, ...called]);
}

function functionName(text: string, path: string): PromptText {
  return { path: `${path}.function.name`, text, stage: 'document', role: 'system', tool: text, fixed: true };
}

function named(turn: Turn, name: string): Turn {
  return name === turn.name ? turn : { ...turn, name: name.replace(NO_NAME, '_').slice(0, MOST_NAME) };
}

function turnsOf(prompts: readonly Prompt[]): readonly Turn[] {
  return prompts.flatMap((prompt) => (prompt.kind === 'chat' ? prompt.turns : []));
}

function distinct(labels: readonly PromptText[]): PromptText[] {
  const seen = new Set<string>();
  return labels.filter((label) => !seen.has(keyOf(label)) && seen.add(keyOf(label)));
}

function keyOf({ stage, role, text }: Label): string {
  return `${stage} ${role} ${text}`;
}
