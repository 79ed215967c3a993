/** Text that is cut off so many units behind what is needed, so that not every call copies what is left. */
const SLACK = 1_024;
/** The newest text is kept apart up to so many units: to read a string that was added to copies all of it. */
const MOST_FRESH = 128;

/** The end of a long text, by offsets from its beginning. */
export class TextWindow {
  #text = '';
  #fresh = '';
  #from = 0;

  get end(): number {
    return this.#from + this.#text.length + this.#fresh.length;
  }

  append(text: string): void {
    this.#fresh += text;
    if (this.#fresh.length <= MOST_FRESH) return;
    this.#text += this.#fresh;
    this.#fresh = '';
  }

  /** The text between two offsets, as far as it is still there. */
  slice(from: number, to: number): string {
    const first = Math.max(0, from - this.#from);
    const last = Math.max(0, to - this.#from);
    const older = this.#text.length;
    if (last <= older) return this.#text.slice(first, last);
    if (first >= older) return this.#fresh.slice(first - older, last - older);
    return this.#text.slice(first) + this.#fresh.slice(0, last - older);
  }

  /** What lies before an offset is needed no more. */
  forgetBefore(offset: number): void {
    const unneeded = Math.min(offset - this.#from, this.#text.length);
    if (unneeded < SLACK) return;
    this.#text = this.#text.slice(unneeded);
    this.#from += unneeded;
  }

  clear(): void {
    this.#from = this.end;
    this.#text = this.#fresh = '';
  }
}
