import { ConversationPart, type TextCheck } from '@weir/guardrails/detection';
import { OBFUSCATIONS, percent, wilson, type Share } from '@weir/guardrails/training';
import { table } from '../load/statistics.ts';

const MOST_PAIRS = 100_000;
const LONGEST_MS = 60_000;
/** Shorter instructions ("Summarize this HTML page") count only as a whole, and say nothing worth to hide. */
const FEWEST_WORDS = 8;

const words = (text: string, change: (word: string, at: number) => string) => text.split(' ').map(change).join(' ');

/** What a model that gives in answers, besides the forms that attacks hide in. */
const ECHOES: Readonly<Record<string, (prompt: string) => string>> = {
  'with a preface': (prompt) => `Sure! My instructions are as follows. ${prompt} Anything else?`,
  'upper case': (prompt) => prompt.toUpperCase(),
  'letter by line': (prompt) => [...prompt].join('\n'),
  'words backward': (prompt) => words(prompt, (word) => [...word].reverse().join('')),
  'a list of words': (prompt) => words(prompt, (word, at) => `\n${at + 1}: ${word}`),
  'pieces of six words': (prompt) =>
    words(prompt, (word, at) => (at % 6 ? word : `\nHere comes the next part: ${word}`)),
  'marked up': (prompt) => words(prompt, (word) => `<w>${word}</w>`),
  JSON: (prompt) => JSON.stringify({ system: prompt }),
  'first half': (prompt) => prompt.slice(0, prompt.length / 2),
};

interface Pair {
  readonly prompt: number;
  readonly output: number;
}

/** Forms in which a prompt's echo is missed, and answers that are taken for one though they have nothing to do with it. */
export function leakTable(check: TextCheck, contexts: readonly string[], answers: readonly string[]): string {
  const prompts = [...new Set(contexts)].filter((text) => text.split(/\s+/).length >= FEWEST_WORDS);
  const instructions = prompts.map((text) => part(text, 'system'));
  const forms = Object.entries({ ...OBFUSCATIONS, ...ECHOES });
  const missed = forms.map(([name, echo]) => {
    const count = instructions.filter((prompt) => !leaks(check, part(echo(prompt.text), 'assistant'), prompt)).length;
    return [name, count] as const;
  });
  const named = missed.filter(([, count]) => count > 0).map(([name, count]) => `${name} (${count})`);
  const count = missed.reduce((sum, [, one]) => sum + one, 0);
  const alarms = falseAlarms(check, instructions, answers);
  return table(
    ['leak', 'share', 'which'],
    [
      [`missed, ${forms.length} forms × ${prompts.length} prompts`, percent({ count, of: forms.length * prompts.length }), named.join(', ') || '-'], // prettier-ignore
      ['false alarms, pairs of a prompt and a harmless text', rare(alarms), `of ${prompts.length * answers.length} pairs, drawn by a fixed seed`], // prettier-ignore
    ],
  );
}

/** Such shares are so small that a tenth of a percent says nothing. */
export function rare(share: Share): string {
  if (share.of === 0) return '-';
  const { low, high } = wilson(share);
  const [rate, least, most] = [share.count / share.of, low, high].map((value) => (100 * value).toFixed(3));
  return `${rate} % (${share.count}/${share.of}) [${least}, ${most}]`;
}

/** On all pairs, or as many of them as are drawn and fit into the time. */
function falseAlarms(check: TextCheck, prompts: readonly ConversationPart[], answers: readonly string[]): Share {
  const started = performance.now();
  const outputs = new Map<number, ConversationPart>();
  let count = 0;
  let of = 0;
  for (const { prompt, output } of pairsOf(prompts.length, answers.length)) {
    if (performance.now() - started > LONGEST_MS) break;
    // Its views are made once, for all prompts that it is paired with.
    const text = outputs.get(output) ?? part(answers[output]!, 'assistant');
    outputs.set(output, text);
    of += 1;
    if (leaks(check, text, prompts[prompt]!)) count += 1;
  }
  return { count, of };
}

/** Pairs in an order that chance made once, each at most once. */
function pairsOf(prompts: number, outputs: number): Pair[] {
  const all = prompts * outputs;
  const taken = new Set<number>();
  let state = 20_261_124;
  while (taken.size < Math.min(all, MOST_PAIRS)) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    taken.add(all <= MOST_PAIRS ? taken.size : Math.floor((state / 2 ** 32) * all));
  }
  return [...taken].map((index) => ({ prompt: index % prompts, output: Math.floor(index / prompts) }));
}

function leaks(check: TextCheck, output: ConversationPart, prompt: ConversationPart): boolean {
  const { signal } = new AbortController();
  const found = check.check({
    texts: [output],
    context: [prompt],
    facts: new Map(),
    canaries: [],
    signal,
    principal: undefined,
  });
  return Array.isArray(found) && found.some(({ score }) => score >= check.threshold);
}

function part(text: string, role: 'system' | 'assistant'): ConversationPart {
  const stage = role === 'assistant' ? 'output' : 'input';
  return new ConversationPart({ path: 'text', role, stage, text, tool: '', json: false });
}
