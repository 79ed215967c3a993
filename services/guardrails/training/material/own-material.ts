import { stableHash, seededRandom } from '../kit/stable-hash.js';
import { attackOf, HARMLESS, ORDINARY_PROMPT, PLANTED, type Answers, type Sample } from '../injection/sample.js';
import { ATTACKS_BY_LANGUAGE } from './attacks-by-language.js';
import { BENIGN_BY_LANGUAGE, CHARACTERS, EMOJI } from './benign-by-language.js';
import { CODE_COMMENTS, CODE_HOSTS } from './code-comments.js';
import { ELABORATE, IGNORED_THINGS } from './elaborate.js';
import { EVERYDAY, ORDERS_TO_PEOPLE } from './everyday.js';
import { expand, pick, type Lists } from './expand.js';
import { EXTRACTION } from './extraction.js';
import { FICTIONAL_FRAMES } from './fictional-frames.js';
import { HOSTS, INTRODUCTIONS, QUESTIONS } from './hosts.js';
import { JAILBREAK, LONG_JAILBREAK } from './jailbreak.js';
import { AUTHORITY, OVERRIDE, QUOTED, SECRETS } from './override.js';
import { PLAIN_QUESTIONS, SHORT_WISHES } from './plain-questions.js';
import { PLANTED_CODE, PLANTED_ORDERS } from './planted.js';
import { STAGED_JAILBREAK } from './staged-jailbreak.js';
import { TECHNIQUES } from './techniques.js';
import { TOLD_TO_THE_MODEL } from './told-to-the-model.js';
import { AROUND_ONE, AROUND_TWO, ORDINARY, TRIGGERS } from './trigger-words.js';
import { WORDS } from './words.js';

const LISTS: Lists = { ...WORDS, code: PLANTED_CODE, character: CHARACTERS, emoji: EMOJI };
const PEOPLE = [...ORDERS_TO_PEOPLE, ...IGNORED_THINGS, ...CODE_COMMENTS];
const DOCUMENTS = [...HOSTS, ...CODE_HOSTS];
const SEED = 20_251;

/** Texts written for the training, expanded from templates; the same on every run. None of them is ever measured. */
export function ownMaterial(): Sample[] {
  return [
    ...attacks(),
    ...attacksInOtherLanguages(),
    ...harmless(),
    ...composed(ELABORATE, 1400, SEED + 2).map((text) => ({ text, answers: ORDINARY_PROMPT, weight: 1 })),
    ...composed(FICTIONAL_FRAMES, 1200, SEED + 4).map((text) => ({ text, answers: ORDINARY_PROMPT, weight: 1 })),
    ...aroundTriggerWords(),
    ...documents(),
  ];
}

function attacks(): Sample[] {
  return [
    ...expanded(OVERRIDE, 22, attackOf('instruction-override'), 1),
    ...expanded(QUOTED, 45, attackOf('instruction-override'), 1),
    ...expanded(AUTHORITY, 25, { direct: true, indirect: true }, 1),
    ...expanded(SECRETS, 12, { ...attackOf('prompt-extraction'), indirect: undefined }, 0.7),
    ...expanded(TECHNIQUES, 40, { direct: true }, 1),
    ...expanded(JAILBREAK, 18, attackOf('jailbreak'), 1),
    ...composed(LONG_JAILBREAK, 350, SEED + 3).map((text) => ({ text, answers: attackOf('jailbreak'), weight: 1 })),
    ...composed(STAGED_JAILBREAK, 350, SEED + 5).map((text) => ({ text, answers: attackOf('jailbreak'), weight: 1 })),
    ...expanded(EXTRACTION, 22, attackOf('prompt-extraction'), 1),
    ...expanded(PLANTED_ORDERS, 24, PLANTED, 1),
  ];
}

function attacksInOtherLanguages(): Sample[] {
  return Object.values(ATTACKS_BY_LANGUAGE).flatMap((texts) => [
    ...expanded(texts.override, 9, attackOf('instruction-override'), 1),
    ...expanded(texts.jailbreak, 9, attackOf('jailbreak'), 1),
    ...expanded(texts.extraction, 9, attackOf('prompt-extraction'), 1),
  ]);
}

function harmless(): Sample[] {
  return [
    ...expanded(ORDINARY, 16, ORDINARY_PROMPT, 1),
    ...expanded(EVERYDAY, 20, ORDINARY_PROMPT, 1),
    ...expanded(TOLD_TO_THE_MODEL, 40, ORDINARY_PROMPT, 1),
    ...expanded(PLAIN_QUESTIONS, 40, ORDINARY_PROMPT, 1),
    ...expanded(SHORT_WISHES, 30, ORDINARY_PROMPT, 1),
    ...expanded(BENIGN_BY_LANGUAGE, 12, ORDINARY_PROMPT, 1),
    ...expanded(ORDERS_TO_PEOPLE, 14, HARMLESS, 1),
    ...expanded(IGNORED_THINGS, 90, HARMLESS, 1),
    ...expanded(CODE_COMMENTS, 60, HARMLESS, 1),
  ];
}

/** Each trigger word in its ordinary meaning, also in capitals. */
function aroundTriggerWords(): Sample[] {
  const random = seededRandom(SEED);
  const word = (): string => {
    const trigger = pick(TRIGGERS, random);
    return random() < 0.3 ? trigger.toUpperCase() : trigger;
  };
  return TRIGGERS.flatMap((trigger) =>
    [
      pick(AROUND_ONE, random),
      pick(AROUND_ONE, random),
      pick(AROUND_ONE, random),
      pick(AROUND_TWO, random),
      pick(AROUND_TWO, random),
    ]
      .flatMap((template) => expand(template, 1, random, LISTS))
      .map((text) => ({
        text: text.replace('{}', random() < 0.3 ? trigger.toUpperCase() : trigger).replace('{}', word),
        answers: HARMLESS,
        weight: 1,
      })),
  );
}

/** Documents with an order to people, with one to the model, and with none. */
function documents(): Sample[] {
  const random = seededRandom(SEED + 1);
  const made: Sample[] = [];
  for (let round = 0; round < 1200; round++) {
    const parts = pick(DOCUMENTS, random).flatMap((part) => expand(part, 1, random, LISTS));
    const question = pick(QUESTIONS, random);
    const planted = round % 3;
    if (planted < 2) {
      const order = expand(pick(planted === 0 ? PLANTED_ORDERS : PEOPLE, random), 1, random, LISTS);
      parts.splice(Math.floor(random() * (parts.length + 1)), 0, pick(INTRODUCTIONS, random) + order.join(''));
    }
    const body = parts.join(random() < 0.5 ? '\n\n' : '\n');
    const wrapped = random() < 0.3 ? `<document>\n${body}\n</document>` : body;
    made.push({ text: `${question}\n\n${wrapped}`.trim(), answers: planted === 0 ? PLANTED : HARMLESS, weight: 0.7 });
  }
  return made;
}

/** Texts of several sentences: of each part usually one, sometimes none or two. */
function composed(parts: readonly (readonly string[])[], count: number, seed: number): string[] {
  const random = seededRandom(seed);
  const texts = Array.from({ length: count }, () => {
    const sentences = parts.flatMap((part) => {
      const taken = random() < 0.15 ? 0 : random() < 0.3 ? 2 : 1;
      return Array.from({ length: taken }, () => expand(pick(part, random), 1, random, LISTS)).flat();
    });
    return sentences.join(random() < 0.25 ? '\n\n' : ' ');
  });
  return texts.filter((text) => text !== '');
}

/** Each template has its own random numbers: adding one changes no other. */
function expanded(templates: readonly string[], count: number, answers: Answers, weight: number): Sample[] {
  return templates.flatMap((template) => {
    const texts = expand(template, count, seededRandom(stableHash(template) + SEED), LISTS);
    return texts.map((text) => ({ text, answers, weight }));
  });
}
