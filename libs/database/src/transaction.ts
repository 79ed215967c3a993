import type { EventData, EventDefinition } from '@weir/contracts';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { EntityManager } from 'typeorm';

export interface AppendOptions {
  /** Default: a new UUIDv7. */
  readonly id?: string;
  /** Milliseconds since the epoch; default: now. */
  readonly time?: number;
  readonly traceparent?: string | undefined;
  readonly subject?: string | undefined;
}

/** One database transaction: its queries, the events it announces and the events it answers. */
export class Transaction {
  readonly manager: EntityManager;
  readonly #source: Source;

  constructor(manager: EntityManager, source: Source) {
    this.manager = manager;
    this.#source = source;
  }

  async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return rowsOf<Row>(await this.manager.query(sql, [...params]));
  }

  /**
   * Writes an event into the outbox; it leaves if and only if this transaction commits. Returns its id.
   * @throws WeirError `invalid_event` when the data does not fit the event's schema.
   */
  async append<D extends EventDefinition>(event: D, data: EventData<D>, options: AppendOptions = {}): Promise<string> {
    const parsed = event.data.safeParse(data);
    if (!parsed.success) {
      throw new WeirError('invalid_event', `${event.type} does not fit its schema`, { cause: parsed.error });
    }
    const id = options.id ?? this.#source.uuid();
    const key = String((parsed.data as Record<string, unknown>)[event.key]);
    await this.manager.query(
      `INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, source, subject, time_ms, traceparent)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        event.type,
        key,
        event.type,
        JSON.stringify(parsed.data),
        event.source,
        options.subject ?? null,
        options.time ?? this.#source.now(),
        options.traceparent ?? null,
      ],
    );
    return id;
  }

  /** Claims an event for a group. False when its effect was already committed: do nothing then. */
  async claim(group: string, event: { readonly source: string; readonly id: string }): Promise<boolean> {
    const rows = await this.query<{ id: string }>(
      `INSERT INTO inbox ("group", source, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id`,
      [group, event.source, event.id],
    );
    return rows.length === 1;
  }
}

/** TypeORM answers UPDATE and DELETE with [rows, count] and everything else with rows. */
export function rowsOf<Row>(result: unknown): Row[] {
  if (!Array.isArray(result)) return [];
  return result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number' ? result[0] : result;
}
