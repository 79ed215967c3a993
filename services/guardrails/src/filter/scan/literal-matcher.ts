import { WORD } from '../../pattern/char-set.js';
import { MAX_SKIPPED } from '../detector-slot.js';
import { foldUnit, IGNORED } from '../fold-unit.js';
import { groupAt, mayBeginGroup } from '../reading/unit-group.js';

/** A literal that was found: half-open span in UTF-16 code units. */
export interface LiteralMatch<T> {
  readonly start: number;
  readonly end: number;
  readonly meaning: T;
}

export interface LiteralReading {
  /** As it looks, whatever its case, and anywhere; otherwise character by character, and only as a word of its own. */
  readonly folded: boolean;
  readonly json: boolean;
}

interface Node<T> {
  readonly next: Map<number, Node<T>>;
  meaning: T | undefined;
}

interface Attempt<T> {
  readonly start: number;
  node: Node<T>;
  skipped: number;
  /** The longest literal from here whose surroundings are known to fit. */
  found: LiteralMatch<T> | undefined;
}

const TEXT_EDGE = -1;

/**
 * Finds a few texts that belong to one request, in text that arrives in pieces. It keeps no text; only what may still
 * become one of them is undecided.
 */
export class LiteralMatcher<T> {
  readonly #reading: LiteralReading;
  readonly #root: Node<T> = { next: new Map(), meaning: undefined };
  #attempts: Attempt<T>[] = [];
  #found: LiteralMatch<T>[] = [];
  #position = 0;
  #previous = TEXT_EDGE;
  #unread = 0;
  #pending = '';

  constructor(literals: readonly (readonly [text: string, meaning: T])[], reading: LiteralReading) {
    this.#reading = reading;
    for (const [text, meaning] of literals) this.#add(text, meaning);
  }

  /** Every character before this offset is decided. */
  get decidedTo(): number {
    return this.#attempts[0]?.start ?? this.#position;
  }

  push(text: string): void {
    this.#readAll(this.#pending + text, false);
  }

  end(): void {
    this.#readAll(this.#pending, true);
    for (const attempt of this.#attempts) this.#close(attempt, TEXT_EDGE);
    this.#attempts = [];
  }

  takeMatches(): LiteralMatch<T>[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #add(text: string, meaning: T): void {
    let node = this.#root;
    for (let index = 0; index < text.length; index++) {
      const unit = this.#unitOf(text.charCodeAt(index));
      if (unit === IGNORED) continue;
      const next = node.next.get(unit) ?? { next: new Map<number, Node<T>>(), meaning: undefined };
      node.next.set(unit, next);
      node = next;
    }
    if (node !== this.#root) node.meaning = meaning;
  }

  #readAll(text: string, complete: boolean): void {
    const { json, folded } = this.#reading;
    this.#pending = '';
    for (let index = 0; index < text.length;) {
      const unit = text.charCodeAt(index);
      const group = mayBeginGroup(unit, json) ? groupAt(text, index, json) : 'single';
      if (group === 'incomplete' && !complete) {
        this.#pending = text.slice(index);
        return;
      }
      if (typeof group === 'string' || (!folded && !group.escaped)) this.#read(this.#unitOf(unit), 1);
      else this.#read(group.read === IGNORED ? IGNORED : this.#unitOf(group.read), group.length);
      index += typeof group === 'string' || (!folded && !group.escaped) ? 1 : group.length;
    }
  }

  #unitOf(unit: number): number {
    if (!this.#reading.folded) return unit;
    const read = foldUnit(unit);
    return read >= 65 && read <= 90 ? read + 32 : read;
  }

  #read(unit: number, length: number): void {
    if (unit === IGNORED) this.#skip(length);
    else {
      if (this.#attempts.length) this.#attempts = this.#attempts.filter((attempt) => this.#advance(attempt, unit));
      const node = this.#root.next.get(unit);
      if (node && !this.#joined(this.#previous, unit)) {
        this.#attempts.push({ start: this.#position, node, skipped: 0, found: undefined });
      }
      this.#previous = unit;
      this.#unread = 0;
    }
    this.#position += length;
  }

  #skip(length: number): void {
    this.#unread += length;
    this.#attempts = this.#attempts.filter((attempt) => {
      attempt.skipped += length;
      if (attempt.skipped <= MAX_SKIPPED) return true;
      this.#close(attempt, TEXT_EDGE);
      return false;
    });
  }

  /** False when the attempt is over. */
  #advance(attempt: Attempt<T>, unit: number): boolean {
    const next = attempt.node.next.get(unit);
    if (!next) {
      this.#close(attempt, unit);
      return false;
    }
    this.#note(attempt, unit);
    attempt.node = next;
    return true;
  }

  #close(attempt: Attempt<T>, unit: number): void {
    this.#note(attempt, unit);
    if (attempt.found) this.#found.push(attempt.found);
  }

  /** A literal ended before the unit that is read now, if that is no part of the same word. */
  #note(attempt: Attempt<T>, unit: number): void {
    const { meaning } = attempt.node;
    if (meaning === undefined || this.#joined(this.#previous, unit)) return;
    attempt.found = { start: attempt.start, end: this.#position - this.#unread, meaning };
  }

  #joined(one: number, other: number): boolean {
    return !this.#reading.folded && WORD.has(one) && WORD.has(other);
  }
}
