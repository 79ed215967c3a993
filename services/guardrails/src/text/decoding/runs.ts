const ASCII = 0x80;

export interface Run {
  readonly start: number;
  readonly end: number;
}

/** A set of ASCII characters, for `runsOf`. */
export function asciiSet(characters: RegExp): Uint8Array {
  return Uint8Array.from({ length: ASCII }, (_, code) => Number(characters.test(String.fromCharCode(code))));
}

/**
 * Longest runs of characters of a set, from a length on. The last character that a run would need is looked at first, so
 * that most of a text without runs is never read.
 */
export function runsOf(text: string, set: Uint8Array, least: number): readonly Run[] {
  const runs: Run[] = [];
  for (let start = 0; start + least <= text.length;) {
    let at = start + least - 1;
    while (at >= start && isIn(set, text, at)) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + least;
    while (end < text.length && isIn(set, text, end)) end++;
    runs.push({ start, end });
    start = end + 1;
  }
  return runs;
}

function isIn(set: Uint8Array, text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit < ASCII && set[unit] === 1;
}
