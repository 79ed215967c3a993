/** The categories of OpenAI's moderation endpoint, in its order. */
export const MODERATION_CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
] as const;
export type ModerationCategory = (typeof MODERATION_CATEGORIES)[number];

/** Hazards of MLCommons that no moderation category stands for. */
export const FURTHER_HAZARDS = [
  'sex-related-crimes',
  'defamation',
  'privacy',
  'indiscriminate-weapons',
  'elections',
  'code-interpreter-abuse',
] as const;
export type Harm = ModerationCategory | (typeof FURTHER_HAZARDS)[number];

/** Abusive language as a whole. */
export const TOXIC = 'toxic';
/** What the model has an output for: all but the harm that a rule decides. */
export type HarmLabel = typeof TOXIC | Exclude<Harm, 'sexual/minors'>;
export const HARM_LABELS: readonly HarmLabel[] = [
  TOXIC,
  ...[...MODERATION_CATEGORIES, ...FURTHER_HAZARDS].filter((harm): harm is Exclude<Harm, 'sexual/minors'> => {
    return harm !== 'sexual/minors';
  }),
];

/**
 * MLCommons hazards by category. `harassment` alone is none of them; S6 (specialised advice) and S8 (intellectual
 * property) have no category here.
 */
export const categoryHazards: Readonly<Record<Harm, string | undefined>> = {
  harassment: undefined,
  'harassment/threatening': 'S1',
  hate: 'S10',
  'hate/threatening': 'S10',
  illicit: 'S2',
  'illicit/violent': 'S1',
  'self-harm': 'S11',
  'self-harm/intent': 'S11',
  'self-harm/instructions': 'S11',
  sexual: 'S12',
  'sexual/minors': 'S4',
  violence: 'S1',
  'violence/graphic': 'S1',
  'sex-related-crimes': 'S3',
  defamation: 'S5',
  privacy: 'S7',
  'indiscriminate-weapons': 'S9',
  elections: 'S13',
  'code-interpreter-abuse': 'S14',
};
