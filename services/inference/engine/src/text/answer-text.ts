import type { Token } from 'node-llama-cpp';
import type { ToolCallReport } from '../protocol.js';
import { StopMatcher } from './stop-matcher.js';
import { TokenText, type Detokenize } from './token-text.js';

/** What a piece of an answer says. */
export interface Said {
  readonly text: string;
  readonly toolCalls: readonly ToolCallReport[];
  /** A stop string was met, or the one call that was wanted is there; nothing more may be pushed. */
  readonly stopped: boolean;
}

/** Takes tool calls out of a text that comes in pieces. */
export interface CallParser {
  push(text: string): { readonly text: string; readonly toolCalls: readonly ToolCallReport[] };
  flush(): { readonly text: string; readonly toolCalls: readonly ToolCallReport[] };
  /** Calls that were found so far. */
  readonly calls: number;
  /** No more calls are wanted. */
  readonly done: boolean;
}

export interface AnswerTextOptions {
  readonly detokenize: Detokenize<Token>;
  readonly stop: readonly string[];
  /** There where the request has tools. */
  readonly parser?: CallParser;
  /** Control tokens that the parser must see, with their texts. */
  readonly markers?: ReadonlyMap<Token, string>;
}

/** From tokens to what the caller reads: whole characters, nothing of a stop string, calls apart from text. */
export class AnswerText {
  private readonly text: TokenText<Token>;
  private readonly stops: StopMatcher;

  constructor(private readonly options: AnswerTextOptions) {
    this.text = new TokenText(options.detokenize);
    this.stops = new StopMatcher(options.stop);
  }

  get calls(): number {
    return this.options.parser?.calls ?? 0;
  }

  /** @param mayStop Whether stop strings count yet */
  push(token: Token, mayStop: boolean): Said {
    const marker = this.options.markers?.get(token);
    const fresh = marker === undefined ? this.text.push(token) : this.text.flush() + marker;
    if (!mayStop) return this.parsed(fresh, false);
    const { text, matched } = this.stops.push(fresh);
    return matched ? this.last(text, true) : this.parsed(text, false);
  }

  /** The rest, once no more tokens come. */
  flush(): Said {
    const { text, matched } = this.stops.push(this.text.flush());
    return this.last(matched ? text : text + this.stops.flush(), matched);
  }

  private parsed(text: string, stopped: boolean): Said {
    const { parser } = this.options;
    if (!parser || text === '') return { text, toolCalls: [], stopped };
    const parsed = parser.push(text);
    return { ...parsed, stopped: stopped || parser.done };
  }

  private last(text: string, stopped: boolean): Said {
    const said = this.parsed(text, stopped);
    const rest = this.options.parser?.flush();
    if (!rest) return said;
    return { text: said.text + rest.text, toolCalls: [...said.toolCalls, ...rest.toolCalls], stopped };
  }
}
