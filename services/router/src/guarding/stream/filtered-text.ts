import { asWeirError, WeirError } from '@weir/errors';
import { isHeld, type VerdictFacts } from '../../pipeline/request-run.js';
import type { FilterStep } from '../guardrails.client.js';
import { OutputAlignment } from './output-alignment.js';
import { TextFeed } from './text-feed.js';

export interface FilteredTextOptions {
  /** Ends with a verdict, or throws. */
  readonly filter: (texts: AsyncIterable<string>) => AsyncIterable<FilterStep>;
  /** Whether text passes without a filter that failed so; undefined = never. */
  readonly mayPass: ((failure: WeirError) => boolean) | undefined;
  /** Whether the place in the text has to be known. Costs memory. */
  readonly aligned: boolean;
  readonly deliver: (text: string) => Promise<void> | undefined;
  readonly onVerdict: (verdict: VerdictFacts) => void;
}

export type FilteredEnd = 'complete' | 'blocked' | 'unguarded';

/** One text of an answer through its filter: it is given in pieces, and only what the filter released is delivered. */
export class FilteredText {
  readonly #options: FilteredTextOptions;
  readonly #feed = new TextFeed();
  readonly #alignment: OutputAlignment | undefined;
  #verdict: VerdictFacts | undefined;

  constructor(options: FilteredTextOptions) {
    this.#options = options;
    this.#alignment = options.mayPass || options.aligned ? new OutputAlignment() : undefined;
  }

  /** What was given and not delivered, as long as nothing was changed; undefined afterwards, or where nobody asked. */
  get rest(): string | undefined {
    return this.#alignment?.rest;
  }

  /** A promise when there is too much to filter: wait for it before the next piece. */
  push(text: string): Promise<void> | undefined {
    if (text === '') return undefined;
    this.#alignment?.given(text);
    return this.#feed.push(text);
  }

  end(): void {
    this.#feed.end();
  }

  /** Nothing of what waits is delivered any more. */
  drop(): void {
    this.#feed.restart();
    this.#feed.end();
  }

  /** Resolves when the filter has decided on all of it. Throws what the filter failed with. */
  async release(): Promise<FilteredEnd> {
    for await (const step of this.#options.filter(this.#feed)) {
      if (step.kind === 'release') await this.#deliver(step.text);
      else this.#options.onVerdict((this.#verdict = step.verdict));
    }
    if (this.#verdict && isHeld(this.#verdict.action)) return 'blocked';
    if (this.#feed.ended) return 'complete';
    throw new WeirError('guardrails_unavailable', 'Guardrails decided before the text ended.');
  }

  /** Goes on without the filter, or throws: where the place is lost, because something was changed, nothing may follow. */
  async passWithout(error: unknown): Promise<'unguarded'> {
    const failure = asWeirError(error);
    const { rest } = this;
    if (rest === undefined || !this.#options.mayPass?.(failure)) throw failure;
    this.#feed.restart();
    await this.#deliver(rest);
    for await (const text of this.#feed) await this.#deliver(text);
    return 'unguarded';
  }

  #deliver(text: string): Promise<void> | undefined {
    if (text === '') return undefined;
    this.#alignment?.released(text);
    return this.#options.deliver(text);
  }
}
