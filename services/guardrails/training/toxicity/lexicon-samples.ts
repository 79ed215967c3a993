import { expand } from '../material/expand.js';
import { seededRandom, stableHash } from '../kit/stable-hash.js';
import type { OwnSample } from './own-samples.js';
import { harmful, NO_HARM, type HarmAnswers } from './sample.js';

/** A swear word as the lexicon has it. */
export interface Term {
  readonly term: string;
  readonly categories: readonly string[];
  /** 1 mild to 3 severe; absent in one of the sources. */
  readonly severity: number | null;
}

const SLURS = ['racial / ethnic slurs', 'religious offense'];
const SEVERE = 2.2;
const MILD = 1.5;
const WEIGHT = 0.3;

const AT_SOMEBODY: readonly string[] = [
  '[you|you fucking|you stupid|shut up|go away|look at that] {}',
  '[he is|she is|you are all|they are|what] a {}',
  '{} [go back where you came from|nobody wants you here|you make me sick|get out]',
];
const IN_PASSING: readonly string[] = [
  '[what a|this is|that was|oh] {} [day|game|mess|good film|song|], [lol|haha|anyway|I like it|]',
  '[is|what does] the word {} [mean|rude in English|used in old books|too strong for a school essay]?',
];

/** The lexicon as a prior: slurs and strong insults at somebody are positive, mild words in passing are not. */
export function lexiconSamples(terms: readonly Term[]): OwnSample[] {
  return terms.flatMap((term) => {
    const severity = term.severity ?? 0;
    if (severity <= 0) return [];
    if (severity <= MILD) return around(IN_PASSING, term.term, NO_HARM);
    if (severity < SEVERE) return [];
    return around(AT_SOMEBODY, term.term, strongAnswers(term.categories));
  });
}

function strongAnswers(categories: readonly string[]): HarmAnswers {
  const slur = categories.some((category) => SLURS.includes(category));
  const unsure = ['sexual', 'violence', 'hate/threatening', 'harassment/threatening'] as const;
  return slur
    ? harmful(['toxic', 'hate'], ['harassment', ...unsure])
    : harmful(['toxic', 'harassment'], ['hate', ...unsure]);
}

function around(templates: readonly string[], term: string, answers: HarmAnswers): OwnSample[] {
  const random = seededRandom(stableHash(term));
  return templates.flatMap((template) =>
    expand(template, 1, random).map((text) => ({
      text: text.replace('{}', term),
      answers,
      weight: WEIGHT,
      trainable: true,
      template: `${template} ${term}`,
    })),
  );
}
