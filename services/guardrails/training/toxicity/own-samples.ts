import { BENIGN_BY_LANGUAGE } from '../material/benign-by-language.js';
import { ELABORATE } from '../material/elaborate.js';
import { EVERYDAY } from '../material/everyday.js';
import { expand, pick, type Lists } from '../material/expand.js';
import { ORDINARY } from '../material/trigger-words.js';
import { WORDS } from '../material/words.js';
import { seededRandom, stableHash } from '../kit/stable-hash.js';
import { CALM_TEMPLATES } from './calm-templates.js';
import { PEOPLE } from './groups.js';
import { HARM_TEMPLATES } from './harm-templates.js';
import { lexiconSamples, type Term } from './lexicon-samples.js';
import { harmful, NO_HARM, type HarmAnswers, type HarmSample } from './sample.js';

const LISTS: Lists = { ...WORDS, group: PEOPLE };
const SEED = 41_771;
const PER_HARM = 22;
const PER_CALM = 14;
/** Names of groups stand in hateful texts of every source: that they are no hate by themselves takes many texts. */
const PER_GROUP = 48;
const PER_EVERYDAY = 10;
const ELABORATE_TEXTS = 500;

/** Texts of one template are one group: they are alike. */
export interface OwnSample extends HarmSample {
  readonly template: string;
}

/** Texts written for the training; the same on every run. They are not measured with the data. */
export function ownSamples(terms: readonly Term[]): OwnSample[] {
  return [
    ...HARM_TEMPLATES.flatMap(({ labels, unsure, templates }) =>
      expanded(templates, PER_HARM, harmful(labels, unsure)),
    ),
    ...expanded(CALM_TEMPLATES.filter(isOfPeople), PER_GROUP, NO_HARM),
    ...expanded(
      CALM_TEMPLATES.filter((template) => !isOfPeople(template)),
      PER_CALM,
      NO_HARM,
    ),
    ...expanded([...EVERYDAY, ...ORDINARY, ...BENIGN_BY_LANGUAGE], PER_EVERYDAY, NO_HARM),
    ...elaborate(),
    ...lexiconSamples(terms),
  ];
}

function isOfPeople(template: string): boolean {
  return template.includes('<group>') || template.includes('Jewish');
}

function expanded(templates: readonly string[], count: number, answers: HarmAnswers): OwnSample[] {
  return templates.flatMap((template) =>
    expand(template, count, seededRandom(stableHash(template) + SEED), LISTS).map((text) => ({
      text,
      answers,
      weight: 0.7,
      trainable: true,
      template,
    })),
  );
}

/** Long requests with grave words and no harm in them. */
function elaborate(): OwnSample[] {
  const random = seededRandom(SEED);
  return Array.from({ length: ELABORATE_TEXTS }, (_, index) => ({
    text: ELABORATE.flatMap((part) => expand(pick(part, random), 1, random, LISTS)).join(' '),
    answers: NO_HARM,
    weight: 1,
    trainable: true,
    template: `elaborate ${index % 20}`,
  }));
}
