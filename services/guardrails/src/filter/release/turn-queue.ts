/** Things that come in any order and leave by their turn: a binary heap. */
export class TurnQueue<T> {
  readonly #byTurn: (one: T, other: T) => number;
  readonly #items: T[] = [];

  /** @param byTurn negative when the first one has its turn before the second one. */
  constructor(byTurn: (one: T, other: T) => number) {
    this.#byTurn = byTurn;
  }

  get size(): number {
    return this.#items.length;
  }

  /** Whose turn it is. */
  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    const items = this.#items;
    let place = items.push(item) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#byTurn(items[above]!, item) <= 0) break;
      items[place] = items[above]!;
      place = above;
    }
    items[place] = item;
  }

  /** Takes away whose turn it is. */
  removeFirst(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || !items.length) return;
    let place = 0;
    for (let below = 1; below < items.length; below = 2 * place + 1) {
      if (below + 1 < items.length && this.#byTurn(items[below + 1]!, items[below]!) < 0) below += 1;
      if (this.#byTurn(last, items[below]!) <= 0) break;
      items[place] = items[below]!;
      place = below;
    }
    items[place] = last;
  }

  clear(): void {
    this.#items.length = 0;
  }
}
