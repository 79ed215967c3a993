import type { HarmLabel } from '../../src/detector/toxicity/harm.js';
import type { DataFolder, Row } from '../kit/rows.js';
import { stableHash } from '../kit/stable-hash.js';
import { requestAnswers } from './request-answers.js';
import { harmful, NO_HARM, type HarmAnswers, type HarmSample } from './sample.js';

/** Files whose rows are harmless throughout, but for documents with something planted. */
const HARMLESS_FILES = ['benign_prompts', 'overdefense_notinject', 'overdefense_mitre_frr', 'indirect_documents'];
/** Upstream asks for research use: measured, never trained on. */
const TEST_ONLY = 'injecguard/wildguard';
/** The tweets are 83 % toxic: of `offensive` ones, one in so many is kept. */
const OFFENSIVE_KEPT = 4;
/** Comments are few, and nearer to ordinary traffic than tweets that were searched for. */
const COMMENT_WEIGHT = 4;
/** A word of a dialect that annotators took for an offence; alone it says nothing. */
const DIALECT = /\bnigg[au][hsz]?\b/i;
const SLUR_OR_INSULT = /\b(?:bitch|hoe|cunt|fag|dyke|retard|pussy|trash|whore|slut|kill|hate|fuck)/i;
const MODERATED = [
  'sexual',
  'hate',
  'violence',
  'harassment',
  'self-harm',
  'hate/threatening',
  'violence/graphic',
] as const;
const SELF_HARM_PARTS: readonly HarmLabel[] = ['self-harm/intent', 'self-harm/instructions'];

/** Every measured row with its answers. */
export function labelledRows(data: DataFolder): (HarmSample & { readonly row: Row })[] {
  const harmless = HARMLESS_FILES.flatMap((file) => data.rows(file)).filter((row) => row.label === 'benign');
  return [
    ...data.rows('toxicity_tweets').filter(isKept).map(tweet),
    ...data.rows('toxicity_comments').map(comment),
    ...data.rows('toxicity_moderation').map(moderated),
    ...data.rows('harmful_requests').map((row) => sampleOf(row, requestAnswers(row), 2)),
    ...harmless.map((row) => sampleOf(row, NO_HARM, 1)),
  ];
}

function sampleOf(row: Row, answers: HarmAnswers, weight: number): HarmSample & { readonly row: Row } {
  return { text: row.text, row, answers, weight, trainable: row.source !== TEST_ONLY };
}

function isKept(row: Row): boolean {
  return !row.categories?.includes('offensive') || stableHash(row.text) % OFFENSIVE_KEPT === 0;
}

/** Annotators agreed on a share of the labels only: the others count less. */
function tweet(row: Row): HarmSample & { readonly row: Row } {
  return sampleOf(row, tweetAnswers(row), ((row.agreement ?? 1) - 0.4) / 0.6);
}

/** Tweets say nothing about harms that nobody asked their annotators about, unless they are fine altogether. */
export function tweetAnswers(row: Row): HarmAnswers {
  if (row.label === 'ok') return NO_HARM;
  const calm = { illicit: false, 'illicit/violent': false, elections: false, 'code-interpreter-abuse': false } as const;
  if (row.categories?.includes('hate')) return { ...calm, toxic: true, hate: true };
  if (DIALECT.test(row.text) && !SLUR_OR_INSULT.test(row.text)) return { ...calm, 'self-harm': false };
  return { ...calm, toxic: true, harassment: true, hate: false, 'self-harm': false };
}

function comment(row: Row): HarmSample & { readonly row: Row } {
  if (row.label === 'ok') return sampleOf(row, NO_HARM, COMMENT_WEIGHT);
  const unsure: HarmLabel[] = [
    'hate',
    'hate/threatening',
    'harassment/threatening',
    'violence',
    'defamation',
    'sexual',
  ];
  return sampleOf(row, harmful(['toxic', 'harassment'], unsure), COMMENT_WEIGHT);
}

function moderated(row: Row): HarmSample & { readonly row: Row } {
  return sampleOf(row, moderationAnswers(row), 2);
}

/** What nobody labelled has no answer. */
export function moderationAnswers(row: Row): HarmAnswers {
  const known = MODERATED.filter((label) => !row.unknown?.includes(label));
  const holds = (label: string): boolean => row.categories?.includes(label) ?? false;
  const answers: HarmAnswers = Object.fromEntries(known.map((label) => [label, holds(label)]));
  const abusive = ['hate', 'harassment', 'hate/threatening'].some(holds);
  const quiet = row.label === 'ok' && !row.unknown?.length ? NO_HARM : {};
  return {
    ...quiet,
    ...answers,
    ...(answers['self-harm'] === false ? Object.fromEntries(SELF_HARM_PARTS.map((label) => [label, false])) : {}),
    ...(answers.harassment === false ? { 'harassment/threatening': false } : {}),
    ...(holds('harassment') ? { 'harassment/threatening': holds('violence') } : {}),
    ...(abusive ? { toxic: true } : row.label === 'ok' && known.includes('harassment') ? { toxic: false } : {}),
  };
}
