import { WeirError } from '@weir/errors';
import type { ToolCallDelta } from '../../generation/generation.js';
import { fieldsOf } from '../json-fields.js';

const MOST_CALLS = 128;

/** What a delta says of its call. */
interface Told {
  readonly index: unknown;
  readonly id: string;
  readonly name: string;
}

/**
 * Brings the calls of a streamed answer into order: positions that are missing or all the same, ids that are missing,
 * arguments that are an object instead of its text.
 */
export class ToolCallDeltas {
  /** Ids by position. */
  private readonly ids: string[] = [];
  private readonly positions = new Map<number, number>();

  constructor(private readonly newId: () => string) {}

  get calls(): number {
    return this.ids.length;
  }

  /** @throws WeirError `upstream_error` over 128 calls */
  push(items: unknown): ToolCallDelta[] {
    return Array.isArray(items) ? items.map((item) => this.delta(item)) : [];
  }

  private delta(item: unknown): ToolCallDelta {
    const call = fieldsOf(item) ?? {};
    const { name, arguments: given } = fieldsOf(call.function) ?? {};
    const told = { index: call.index, id: textOf(call.id), name: textOf(name) };
    const known = this.positionOf(told);
    const text = typeof given === 'object' && given !== null ? JSON.stringify(given) : textOf(given);
    if (known !== undefined) return { index: known, id: '', name: '', arguments: text };
    const index = this.begin(told);
    return { index, id: this.ids[index] ?? '', name: told.name, arguments: text };
  }

  /** Undefined for a call that begins. */
  private positionOf({ index, id, name }: Told): number | undefined {
    const byId = id === '' ? -1 : this.ids.indexOf(id);
    if (byId >= 0) return byId;
    const last = this.ids.length > 0 ? this.ids.length - 1 : undefined;
    if (typeof index !== 'number') return id === '' && name === '' ? last : undefined;
    // Some number all their calls alike, and only their ids and names tell them apart.
    return id !== '' && name !== '' ? undefined : this.positions.get(index);
  }

  private begin({ index: told, id }: Told): number {
    if (this.ids.length >= MOST_CALLS) throw new WeirError('upstream_error', 'The upstream calls too many tools.');
    const index = this.ids.push(id === '' ? this.newId() : id) - 1;
    if (typeof told === 'number') this.positions.set(told, index);
    return index;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
