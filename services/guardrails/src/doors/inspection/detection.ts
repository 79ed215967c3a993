/** Something that was found, as the doors tell it. */
export interface Detection {
  /** Id under which it was asked for. */
  readonly detectorId: string;
  /** The text's place in the request. */
  readonly path: string;
  /** Half-open span in UTF-16 code units of that text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Kind of value or class of harm, for example `EMAIL_ADDRESS` or `hate/threatening`. */
  readonly detection: string;
  /** Category of it, or the action of a policy. */
  readonly detectionType: string;
  readonly score: number;
  /** What found it, for example `pii.email`. */
  readonly detector: string;
  /** MLCommons hazard and OWASP LLM Top 10 id; empty = none. */
  readonly hazard: string;
  readonly owasp: string;
}

/** By place; the longer one first. */
export function byPlace(one: Detection, other: Detection): number {
  return one.start - other.start || other.end - one.end || (one.detector < other.detector ? -1 : 1);
}
