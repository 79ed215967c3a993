import { ACCEPTING, COMPLETE, DEAD, FOLDS, UNKNOWN, type StateTable } from '../pattern/state-table.js';
import { Candidate } from './scan/candidate.js';
import { CONTEXT_UNITS } from './reading/context-words.js';
import { MAX_SKIPPED, type CompiledSlots, type Match } from './detector-slot.js';
import { cutOffValues } from './scan/cut-off-values.js';
import { GrowingTails } from './scan/growing-tails.js';
import { SymbolReader } from './reading/symbol-reader.js';
import { mayBeginGroup } from './reading/unit-group.js';
import { TextWindow } from './reading/text-window.js';

/** More candidates at once are followed one by one: on prose there are two. */
const MOST_GLIDING = 8;
/** Something happens to one of them. */
const EVENT = -1;

/**
 * Finds values in text that arrives in pieces. What it finds does not depend on where the pieces are cut. At any time the
 * text before `decidedTo` is decided: no value that is found later begins in it.
 */
export class StreamScanner {
  readonly window = new TextWindow();
  readonly #scanner: CompiledSlots;
  readonly #json: boolean;
  readonly #reader: SymbolReader;
  /** Candidates by their place, as many as are alive; behind them those that can be used again. */
  readonly #candidates: Candidate[] = [];
  #living = 0;
  readonly #tails: GrowingTails;
  #found: Match[] = [];
  #position = 0;
  /** Where the character that is being read begins and ends. */
  #character = 0;
  #characterEnd = 0;
  #table: StateTable;
  /** State in which a candidate would begin now. */
  #start: number;
  /** Class of the unit before, and of the last one that was read folded; undefined = the text begins. */
  #previous: number | undefined;
  #previousRead: number | undefined;
  /** Units that folded patterns did not read: in all, and since the last one that they read; the same for the others. */
  #skipped = 0;
  #unread = 0;
  #unreadPlain = 0;
  /** The beginning of a group of units that the next ones decide on. */
  #pending = '';

  constructor(scanner: CompiledSlots, options: { readonly json?: boolean } = {}) {
    this.#scanner = scanner;
    this.#json = options.json ?? false;
    this.#reader = new SymbolReader(scanner.automaton.alphabet, this.#json);
    this.#tails = new GrowingTails(this.#reader, scanner.automaton.foldedSteps);
    this.#start = scanner.automaton.start();
    this.#table = scanner.automaton.table;
  }

  /** Every character before this offset is decided. */
  get decidedTo(): number {
    return this.#living > 0 ? this.#candidates[0]!.start : this.#position;
  }

  /** Candidates that are followed now; bounded by the longest value, not by the length of the text. */
  get candidates(): number {
    return this.#living;
  }

  /** Tails that grow apart from each other; bounded by the number of detectors. */
  get growing(): number {
    return this.#tails.size;
  }

  push(text: string): void {
    this.#current(this.#start);
    this.window.append(text);
    this.#readAll(this.#pending + text, false);
  }

  /**
   * No more text comes: every candidate is decided.
   * @param continuations how the text may have gone on where it was cut off, an empty one for anyhow; none = it is complete.
   */
  end(continuations: readonly string[] = []): void {
    this.#current(this.#start);
    this.#readAll(this.#pending, true);
    this.#character = this.#characterEnd = this.#position;
    for (const candidate of this.#candidates.slice(0, this.#living)) {
      this.#accept(candidate, undefined);
      this.#settle(candidate);
      if (continuations.length > 0) this.#cutOff(candidate, continuations);
    }
    this.#living = 0;
    this.#tails.clear();
  }

  /** Takes the values found since the last call. One of them may grow by its tail later on. */
  takeMatches(): Match[] {
    if (!this.#found.length) return this.#found;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** The caller needs nothing before this offset any more. */
  forgetBefore(offset: number): void {
    this.window.forgetBefore(Math.min(offset, this.decidedTo) - CONTEXT_UNITS);
  }

  #readAll(text: string, complete: boolean): void {
    const { classes } = this.#scanner.automaton.alphabet;
    this.#pending = '';
    for (let index = this.#glide(text, 0); index < text.length; index = this.#glide(text, index)) {
      const unit = text.charCodeAt(index);
      if (!this.#reader.mayBeginGroup(unit)) this.#readCharacter([classes[unit]!]);
      else {
        const symbols = this.#reader.at(text, index, complete);
        if (!symbols) {
          this.#pending = text.slice(index);
          return;
        }
        this.#readCharacter(symbols);
      }
      index += this.#position - this.#character;
    }
  }

  /** @param symbols classes of its units. */
  #readCharacter(symbols: readonly number[]): void {
    this.#character = this.#position;
    this.#characterEnd = this.#position + symbols.length;
    if (this.#tails.size) this.#tails.grow(symbols.at(-1)!, this.#characterEnd);
    for (const symbol of symbols) this.#read(symbol);
  }

  /** Reads on for as long as nothing happens but that candidates begin and end; gives the index it came to. */
  #glide(text: string, from: number): number {
    if (this.#living > MOST_GLIDING || this.#tails.size > 0) return from;
    const { alphabet, foldedSteps } = this.#scanner.automaton;
    const { classes } = alphabet;
    const table = this.#table;
    const { next, flags, starts, width } = table;
    const candidates = this.#candidates;
    const json = this.#json;
    const offset = this.#position - from;
    let living = this.#living;
    let start = this.#start;
    let last = -1;
    let index = from;
    for (; index < text.length && living <= MOST_GLIDING; index++) {
      const unit = text.charCodeAt(index);
      const symbol = classes[unit]!;
      if (foldedSteps[symbol] !== 0 || mayBeginGroup(unit, json)) break;
      const begun = next[start * width + symbol]!;
      const follows = starts[symbol + 1]!;
      if (begun === UNKNOWN || follows === UNKNOWN || flags[begun]! & COMPLETE) break;
      const ended = askAll({ candidates, living, table, symbol, position: offset + index });
      if (ended === EVENT) break;
      living = moveAll(candidates, living, ended);
      if (begun !== DEAD) {
        const candidate = (candidates[living++] ??= new Candidate());
        candidate.begin(offset + index, this.#skipped, begun);
      }
      start = follows;
      last = symbol;
    }
    if (last < 0) return from;
    this.#position = offset + index;
    this.#unread = this.#unreadPlain = 0;
    this.#previous = this.#previousRead = last;
    this.#start = start;
    this.#living = living;
    return index;
  }

  #read(symbol: number): void {
    const { automaton } = this.#scanner;
    if (this.#living > 0) this.#advance(symbol);
    let state = this.#table.next[this.#start * this.#table.width + symbol]!;
    if (state === UNKNOWN) state = this.#step(this.#start, symbol);
    if (state !== DEAD) this.#begin(state);
    this.#position += 1;
    if (automaton.foldedSteps[symbol] !== 0) this.#skip(symbol);
    else {
      this.#unread = this.#unreadPlain = 0;
      this.#previous = this.#previousRead = symbol;
      this.#start = this.#table.starts[symbol + 1]! || this.#current(automaton.start(symbol));
    }
  }

  /** A transition that nobody has taken yet. */
  #step(state: number, symbol: number): number {
    return this.#current(this.#scanner.automaton.step(state, symbol));
  }

  /** Passes a state of the table in force on; if that is a new one, all others are taken there first. */
  #current(state: number): number {
    const { automaton } = this.#scanner;
    const from = this.#table;
    if (automaton.table === from) return state;
    this.#table = automaton.table;
    this.#start = automaton.translate(this.#start, from);
    for (let index = 0; index < this.#living; index++) {
      const candidate = this.#candidates[index]!;
      candidate.state = automaton.translate(candidate.state, from);
    }
    return state;
  }

  #begin(state: number): void {
    const candidate = (this.#candidates[this.#living] ??= new Candidate());
    candidate.begin(this.#position, this.#skipped, state);
    if (this.#table.flags[state]! & COMPLETE) this.#complete(candidate);
    else this.#living += 1;
  }

  #skip(symbol: number): void {
    const { automaton } = this.#scanner;
    this.#skipped += 1;
    this.#unread += 1;
    if (automaton.plainSteps[symbol]) this.#unreadPlain += 1;
    else {
      this.#unreadPlain = 0;
      this.#previous = symbol;
    }
    this.#start = this.#current(automaton.startAfterSkipped(this.#previous, this.#previousRead));
  }

  /** Moves every candidate on by a unit; those that end are decided. */
  #advance(symbol: number): void {
    const { automaton } = this.#scanner;
    const candidates = this.#candidates;
    const unread = automaton.foldedSteps[symbol] !== 0;
    const living = this.#living;
    let table = this.#table;
    let kept = 0;
    for (let index = 0; index < living; index++) {
      const candidate = candidates[index]!;
      const { state } = candidate;
      if (table.flags[state]! & ACCEPTING) this.#accept(candidate, symbol);
      let next = table.next[state * table.width + symbol]!;
      if (this.#position - candidate.start >= table.limits[state]! && this.#isOver(candidate, symbol)) next = DEAD;
      else if (next === UNKNOWN || unread) {
        next = this.#stepSlowly(candidate, symbol);
        table = this.#table;
      }
      candidate.state = next;
      if (next === DEAD) this.#settle(candidate);
      else if (table.flags[next]! & COMPLETE) this.#complete(candidate);
      else {
        candidates[index] = candidates[kept]!;
        candidates[kept++] = candidate;
      }
    }
    this.#living = kept;
  }

  /** Whether it is longer than anything that it could become. */
  #isOver({ start, skipped, state }: Candidate, symbol: number): boolean {
    if (!(this.#table.flags[state]! & FOLDS)) return true;
    const read = this.#position - start - (this.#skipped - skipped);
    return read >= this.#table.limits[state]! && this.#scanner.automaton.foldedSteps[symbol] === 0;
  }

  /** Where a transition is not known, or a unit is not read: detectors give up on too many of those. */
  #stepSlowly(candidate: Candidate, symbol: number): number {
    const { automaton } = this.#scanner;
    const next = this.#table.next[candidate.state * this.#table.width + symbol]! || this.#step(candidate.state, symbol);
    const skips = automaton.foldedSteps[symbol] !== 0 && (this.#table.flags[next]! & FOLDS) !== 0;
    if (!skips || this.#skipped - candidate.skipped < MAX_SKIPPED) return next;
    this.#accept(candidate, undefined);
    return this.#current(automaton.withoutFolded(next));
  }

  /** Notes where values end before the unit at #position; `symbol` is its class, undefined = no character follows. */
  #accept(candidate: Candidate, symbol: number | undefined): void {
    const { automaton, slots } = this.#scanner;
    for (const index of this.#table.details[candidate.state]!.accepts) {
      const slot = slots[index]!;
      const notBefore = automaton.notBefore[index];
      if (notBefore && symbol !== undefined) {
        const unread = (slot.folded ? automaton.foldedSteps : automaton.plainSteps)[symbol] !== 0;
        if (unread || notBefore[symbol]) continue;
      }
      this.#addEnd(candidate, index, this.#position - (slot.folded ? this.#unread : this.#unreadPlain), this.#unread);
    }
  }

  /** Nothing that follows has a say in it: it is decided before the next character. */
  #complete(candidate: Candidate): void {
    for (const index of this.#table.details[candidate.state]!.accepts)
      this.#addEnd(candidate, index, this.#position + 1, 0);
    this.#settle(candidate);
  }

  #addEnd(candidate: Candidate, index: number, end: number, unread: number): void {
    const { spec, folded, validated } = this.#scanner.slots[index]!;
    const skipped = folded ? this.#skipped - candidate.skipped - unread : 0;
    if (end - candidate.start - skipped <= spec.maxLength) candidate.addEnd(index, end, validated);
  }

  /** Reports the longest value of each detector that passes its check. */
  #settle(candidate: Candidate): void {
    const { start, ends: found } = candidate;
    if (!found) return;
    const text = this.window.slice(start, candidate.lastEnd);
    for (const [index, ends] of found) {
      const slot = this.#scanner.slots[index]!;
      const end = ends.findLast((place) => slot.isValue(text.slice(0, place - start), this.#json));
      if (end === undefined) continue;
      const score = slot.scoreOf(this.window.slice(start - CONTEXT_UNITS, start));
      const match = { detector: slot.spec, start, end, value: text.slice(0, end - start), score };
      this.#found.push(this.#withTail(match, this.#scanner.automaton.tails[index]));
    }
  }

  #cutOff(candidate: Candidate, continuations: readonly string[]): void {
    const text = { scanner: this.#scanner, reader: this.#reader, window: this.window, continuations };
    this.#found.push(...cutOffValues(candidate, this.#table.details[candidate.state]!.going, text));
  }

  #withTail(match: Match, tail: Uint8Array | undefined): Match {
    const { end } = match;
    // Half of a surrogate pair has nothing behind it that could be its tail.
    if (!tail || (end > this.#character && end < this.#characterEnd)) return match;
    return this.#tails.follow(match, tail, this.window.slice(end, this.#characterEnd));
  }
}

interface Asked {
  readonly candidates: readonly Candidate[];
  readonly living: number;
  readonly table: StateTable;
  readonly symbol: number;
  readonly position: number;
}

/** Where each candidate goes by a unit; gives how many of them end there without anything to report, or EVENT. */
function askAll({ candidates, living, table, symbol, position }: Asked): number {
  const { next, flags, limits, width } = table;
  let ended = 0;
  for (let at = 0; at < living; at++) {
    const candidate = candidates[at]!;
    const { state } = candidate;
    const moved = next[state * width + symbol]!;
    if (moved === UNKNOWN || flags[state]! & ACCEPTING || flags[moved]! & COMPLETE) return EVENT;
    if (position - candidate.start >= limits[state]!) return EVENT;
    if (moved === DEAD) {
      if (candidate.ends) return EVENT;
      ended += 1;
    }
    candidate.next = moved;
  }
  return ended;
}

/** Takes the candidates there; those that end go behind the others. Gives how many live on. */
function moveAll(candidates: Candidate[], living: number, ended: number): number {
  let kept = 0;
  for (let at = 0; at < living; at++) {
    const candidate = candidates[at]!;
    candidate.state = candidate.next;
    if (ended === 0 || candidate.state === DEAD) continue;
    candidates[at] = candidates[kept]!;
    candidates[kept++] = candidate;
  }
  return living - ended;
}
