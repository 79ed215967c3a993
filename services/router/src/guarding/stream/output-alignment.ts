/**
 * What of a text was given to a filter and has not come back yet, as long as the filter changed nothing. Needed only
 * where a route lets text pass when guardrails fail in the middle of a stream.
 */
export class OutputAlignment {
  #waiting = '';
  #aligned = true;

  given(text: string): void {
    if (this.#aligned) this.#waiting += text;
  }

  released(text: string): void {
    if (!this.#aligned) return;
    this.#aligned = this.#waiting.startsWith(text);
    this.#waiting = this.#aligned ? this.#waiting.slice(text.length) : '';
  }

  /** The text that is still to come; undefined when the filter has changed something, so that the place is lost. */
  get rest(): string | undefined {
    return this.#aligned ? this.#waiting : undefined;
  }
}
