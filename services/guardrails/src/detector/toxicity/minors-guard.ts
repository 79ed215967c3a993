/** Words that say somebody is a child; in a text about sex, one is enough. */
const CHILD =
  /\b(?:child|children|kid|kids|minors?|underage|under-age|preteens?|pre-teens?|toddlers?|infants?|bab(?:y|ies)|school ?(?:girl|boy)s?|lolis?|shotas?|little (?:girl|boy)s?|young (?:girl|boy)s?|teen(?:s|ager|agers|aged)?|juveniles?)\b/i;
/** An age below 18. */
const AGE = /\b(?:[1-9]|1[0-7])[ -]?(?:years?|yrs?|yo|y\/o)\b(?:[ -]?olds?)?|\b(?:aged?|age of) (?:[1-9]|1[0-7])\b/i;
/** Text that warns, reports or protects: a page about abuse is no abuse. */
const PROTECTS =
  /\b(?:report(?:ed|ing)?|prevent(?:ion|ing)?|protect(?:ion|ing|s)?|safeguard(?:ing)?|survivors?|victims?|convicted|arrested|sentenced|charged|police|helpline|hotline|education|pa?ediatric(?:ian|s)?|puberty|vaccin\w{0,8}|law|illegal|therap\w{1,8})\b/i;
const SURE = 0.9;
const PROTECTED_FACTOR = 0.5;
/** Beside a child, this much evidence of sexual content is enough. */
const ENOUGH = 0.2;

/**
 * No data stands for sexual content about minors, on purpose: it is the conjunction of the model's `sexual` score for a
 * passage with a child in it. `passage`: as it is written. From 0 to 1; 0 when nobody in the passage is a child.
 */
export function minorsScore(passage: string, sexual: number): number {
  if (sexual < ENOUGH || !(CHILD.test(passage) || AGE.test(passage))) return 0;
  if (PROTECTS.test(passage)) return sexual * PROTECTED_FACTOR;
  return Math.max(sexual, Math.min(SURE, 0.5 + (sexual - ENOUGH)));
}
