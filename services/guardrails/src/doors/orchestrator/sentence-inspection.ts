import { textAt } from '../wire/chat-messages.js';
import { SentenceSplitter, type Piece } from '../chunker/sentence-splitter.js';
import { CodePoints, countCodePoints } from '../wire/code-points.js';
import type { ConversationPart } from '../../check/conversation.js';
import type { Stage } from '../../detector/verdict-words.js';
import type { DoorCall } from '../door-call.js';
import type { InspectionRun, Selection } from '../inspection/inspection-run.js';
import type { InspectionService } from '../inspection/inspection.service.js';
import { placedResult, type PlacedResult } from './detector-results.js';

/** Characters before a sentence in which a value may have begun. */
const BEFORE = 512;

export interface SentenceInspectionOptions {
  readonly selections: readonly Selection[];
  readonly stage: Stage;
  readonly call: DoorCall;
  /** The text's place in the request. */
  readonly path: string;
  /** The conversation that the text belongs to. */
  readonly context?: readonly ConversationPart[];
}

/** A sentence with what was found in it; places in code points of the whole text. */
export interface InspectedSentence {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly results: readonly PlacedResult[];
}

/** Inspects a text that arrives in parts, sentence by sentence: one is decided on as soon as the next one has begun. */
export class SentenceInspection {
  readonly #options: SentenceInspectionOptions;
  readonly #runs: readonly { readonly run: InspectionRun; readonly looksBack: boolean }[];
  readonly #splitter = new SentenceSplitter();
  #points = 0;
  #before = '';

  constructor(inspection: InspectionService, options: SentenceInspectionOptions) {
    this.#options = options;
    const { stage, call } = options;
    this.#runs = options.selections.map((selection) => ({
      run: inspection.open({ selection, stage, call, keepsTexts: false }),
      looksBack: selection.inspectors.every(({ findsValues }) => findsValues),
    }));
  }

  /** Takes more text; gives the sentences that are decided. */
  async *push(text: string): AsyncGenerator<InspectedSentence> {
    for (const piece of this.#splitter.push(text)) yield await this.#inspect(piece);
  }

  /** The text is complete. */
  async *end(): AsyncGenerator<InspectedSentence> {
    for (const piece of this.#splitter.end()) yield await this.#inspect(piece);
  }

  /** Records what was decided; to be called once, however the text ends. */
  close(): void {
    for (const { run } of this.#runs) run.close();
  }

  async #inspect({ text }: Piece): Promise<InspectedSentence> {
    const start = this.#points;
    const end = start + countCodePoints(text);
    const results: PlacedResult[] = [];
    for (const { run, looksBack } of this.#runs)
      results.push(...(await this.#results(run, looksBack ? this.#before : '', text)));
    this.#points = end;
    this.#before = tailOf(this.#before + text);
    return { start, end, text, results: results.sort((one, other) => one.start - other.start) };
  }

  async #results(run: InspectionRun, before: string, text: string): Promise<PlacedResult[]> {
    const { path, stage, context = [] } = this.#options;
    const part = textAt(path, before + text, stage === 'input' ? 'user' : 'assistant', stage);
    const found = await run.inspect({ texts: [part], context });
    // What ended before was told with the sentence that it ended in.
    const own = found.filter(({ end }) => end > before.length);
    if (own.length === 0) return [];
    const points = new CodePoints(part.text);
    return own.map((detection) => placedResult(detection, points, this.#points - points.at(before.length)));
  }
}

function tailOf(text: string): string {
  const tail = text.slice(-BEFORE);
  const first = tail.charCodeAt(0);
  return first >= 0xdc00 && first <= 0xdfff ? tail.slice(1) : tail;
}
