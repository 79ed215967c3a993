import { WeirError } from '@weir/errors';
import type { ToolCallDelta } from '../../generation/generation.js';
import { fieldsOf } from '../json-fields.js';
import { WholeCharacters } from './whole-characters.js';

const MOST_CALLS = 128;
/** Levels of arguments that come as an object: deeper ones would end in a stack that overflows. */
const MOST_LEVELS = 64;

/** What a delta says of its call. */
interface Told {
  readonly index: unknown;
  readonly id: string;
  readonly name: string;
}

/**
 * Brings the calls of a streamed answer into order: positions that are missing or all the same, arguments that are an
 * object instead of its text. Ids are always new ones: what an upstream writes there is text that nobody decides on.
 */
export class ToolCallDeltas {
  /** The upstream's ids by position. */
  private readonly ids: string[] = [];
  private readonly arguments: WholeCharacters[] = [];
  private readonly positions = new Map<number, number>();

  constructor(private readonly newId: () => string) {}

  get calls(): number {
    return this.ids.length;
  }

  /** @throws WeirError `upstream_error` over 128 calls, or for arguments of more than 64 levels */
  push(items: unknown): ToolCallDelta[] {
    return Array.isArray(items) ? items.map((item) => this.delta(item)) : [];
  }

  /** What still waits of arguments when the answer ends. */
  flush(): ToolCallDelta[] {
    const rests = this.arguments.map((text, index) => ({ index, id: '', name: '', arguments: text.flush() }));
    return rests.filter((delta) => delta.arguments !== '');
  }

  private delta(item: unknown): ToolCallDelta {
    const call = fieldsOf(item) ?? {};
    const { name, arguments: given } = fieldsOf(call.function) ?? {};
    const told = { index: call.index, id: textOf(call.id), name: textOf(name) };
    const known = this.positionOf(told);
    const index = known ?? this.begin(told);
    const text = this.arguments[index]?.push(argumentsOf(given)) ?? '';
    if (known !== undefined) return { index, id: '', name: '', arguments: text };
    return { index, id: this.newId(), name: told.name.toWellFormed(), arguments: text };
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
    const index = this.ids.push(id) - 1;
    this.arguments.push(new WholeCharacters());
    if (typeof told === 'number') this.positions.set(told, index);
    return index;
  }
}

function argumentsOf(given: unknown): string {
  if (typeof given !== 'object' || given === null) return textOf(given);
  if (isDeeperThan(MOST_LEVELS, given)) {
    throw new WeirError('upstream_error', 'The upstream calls a tool with arguments that are nested too deep.');
  }
  return JSON.stringify(given);
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
