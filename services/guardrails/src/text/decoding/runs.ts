const ASCII = 0x80;

export interface Run {
  readonly start: number;
  readonly end: number;
}

/** A set of ASCII characters, for `runsOf`. */
export function asciiSet(characters: RegExp): Uint8Array {
  return Uint8Array.from({ length: ASCII }, (_, code) => Number(characters.test(String.fromCharCode(code))));
}

/** Longest runs of characters of a set, in one pass: a regular expression would try each start of each short run. */
export function runsOf(text: string, set: Uint8Array, least: number): readonly Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const unit = at < text.length ? text.charCodeAt(at) : ASCII;
    if (unit < ASCII && set[unit] === 1) continue;
    if (at - start >= least) runs.push({ start, end: at });
    start = at + 1;
  }
  return runs;
}
