/** Waiting items, first come first served within a tenant, one item of each tenant in turn between them. */
export class FairQueue<T> {
  private readonly lanes = new Map<string, T[]>();
  /** Items that come back; they were first once already. */
  private readonly returned: T[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(tenant: string, item: T): void {
    const lane = this.lanes.get(tenant);
    if (lane) lane.push(item);
    else this.lanes.set(tenant, [item]);
    this.count++;
  }

  /** Puts an item before all others, behind those that came back earlier. */
  pushFront(item: T): void {
    this.returned.push(item);
    this.count++;
  }

  shift(): T | undefined {
    const item = this.returned.shift() ?? this.nextOfLanes();
    if (item !== undefined) this.count--;
    return item;
  }

  /** Takes an item out, wherever it waits. False when it is not here. */
  remove(tenant: string, item: T): boolean {
    const lane = this.lanes.get(tenant) ?? [];
    const found = takeOut(lane, item) || takeOut(this.returned, item);
    if (lane.length === 0) this.lanes.delete(tenant);
    if (found) this.count--;
    return found;
  }

  drain(): T[] {
    const items: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) items.push(item);
    return items;
  }

  /** A tenant that was served goes behind the others: a Map keeps the order in which its keys were set. */
  private nextOfLanes(): T | undefined {
    for (const [tenant, lane] of this.lanes) {
      const item = lane.shift();
      this.lanes.delete(tenant);
      if (lane.length > 0) this.lanes.set(tenant, lane);
      return item;
    }
    return undefined;
  }
}

function takeOut<T>(items: T[], item: T): boolean {
  const index = items.indexOf(item);
  if (index < 0) return false;
  items.splice(index, 1);
  return true;
}
