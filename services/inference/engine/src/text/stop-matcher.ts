/**
 * Finds stop strings in text that arrives in pieces. Text that may be the beginning of a stop string is held back until
 * it is decided, so that no part of a stop string is ever released.
 */
export class StopMatcher {
  private held = '';
  private readonly stops: readonly string[];

  constructor(stops: readonly string[]) {
    this.stops = stops.filter((stop) => stop.length > 0);
  }

  /** Text that is safe to release, and whether a stop string was met. After a match nothing more may be pushed. */
  push(text: string): { readonly text: string; readonly matched: boolean } {
    if (this.stops.length === 0) return { text, matched: false };
    const buffer = this.held + text;
    const end = firstMatch(buffer, this.stops);
    if (end !== undefined) {
      this.held = '';
      return { text: buffer.slice(0, end), matched: true };
    }
    const undecided = longestUndecided(buffer, this.stops);
    this.held = buffer.slice(buffer.length - undecided);
    return { text: buffer.slice(0, buffer.length - undecided), matched: false };
  }

  /** What was held back, once no more text comes. */
  flush(): string {
    const text = this.held;
    this.held = '';
    return text;
  }
}

function firstMatch(buffer: string, stops: readonly string[]): number | undefined {
  const starts = stops.map((stop) => buffer.indexOf(stop)).filter((index) => index >= 0);
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** Length of the longest end of the buffer with which a stop string begins. */
function longestUndecided(buffer: string, stops: readonly string[]): number {
  const most = Math.min(buffer.length, Math.max(...stops.map((stop) => stop.length)) - 1);
  for (let length = most; length > 0; length--) {
    const end = buffer.slice(buffer.length - length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}
