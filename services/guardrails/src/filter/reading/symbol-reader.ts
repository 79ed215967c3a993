import type { Alphabet } from '../../pattern/alphabet.js';
import { LEAD, SKIP } from '../../pattern/alphabet.js';
import { groupAt, mayBeginGroup, type UnitGroup } from './unit-group.js';

/** Reads text as an alphabet's classes, one for each unit. */
export class SymbolReader {
  readonly #alphabet: Alphabet;

  /** @param json text is read with the escapes of JSON strings undone. */
  constructor(
    alphabet: Alphabet,
    readonly json: boolean,
  ) {
    this.#alphabet = alphabet;
  }

  /** Whether a unit is read together with those after it; its class alone says nothing then. */
  mayBeginGroup(unit: number): boolean {
    return mayBeginGroup(unit, this.json);
  }

  /** Classes of the units of the character at an index; undefined = the units after the text decide, if any come. */
  at(text: string, index: number, complete: boolean): readonly number[] | undefined {
    const group = groupAt(text, index, this.json);
    if (group === 'incomplete' && !complete) return undefined;
    return typeof group === 'string'
      ? [this.#alphabet.classes[text.charCodeAt(index)]!]
      : this.#together(text, index, group);
  }

  /** Classes of all units of a text that is complete. */
  all(text: string): number[] {
    const symbols: number[] = [];
    while (symbols.length < text.length) symbols.push(...this.at(text, symbols.length, true)!);
    return symbols;
  }

  #together(text: string, index: number, { length, read, escaped }: UnitGroup): number[] {
    const { classes } = this.#alphabet;
    const symbols: number[] = [];
    for (let at = 0; at < length - 1; at++) {
      const step = at > 0 || read < 0 ? SKIP : LEAD;
      symbols.push(this.#alphabet.classOf(escaped ? step : text.charCodeAt(index + at), step));
    }
    const last = text.charCodeAt(index + length - 1);
    symbols.push(escaped ? classes[read]! : this.#alphabet.classOf(last, read < 0 ? SKIP : read));
    return symbols;
  }
}
