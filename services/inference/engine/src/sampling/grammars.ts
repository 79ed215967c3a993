import { ChildError } from '../child-error.js';
import type { Native, NativeGrammarState } from '../model/native.js';

const MOST_KEPT = 64;

/** Compiled grammars, the last used ones kept: a schema is usually asked for again. */
export class Grammars {
  private readonly kept = new Map<string, NativeGrammarState>();

  constructor(private readonly native: Pick<Native, 'grammar' | 'copyOf'>) {}

  /**
   * A fresh state of a GBNF text.
   * @throws ChildError `invalid_request` when llama.cpp does not take it
   */
  stateOf(text: string): NativeGrammarState {
    const first = this.kept.get(text) ?? this.compile(text);
    this.kept.delete(text);
    this.kept.set(text, first);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST_KEPT) break;
      this.kept.delete(oldest);
    }
    return this.native.copyOf(first);
  }

  private compile(text: string): NativeGrammarState {
    try {
      return this.native.grammar(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ChildError('invalid_request', `The format cannot be made into a grammar: ${reason}.`);
    }
  }
}
