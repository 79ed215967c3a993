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
    const [id = ''] = await this.appendAll(event, [{ data, ...options }]);
    return id;
  }

  /** Like `append` for several events of one kind, in their order, with one statement. Returns their ids. */
  async appendAll<D extends EventDefinition>(
    event: D,
    items: readonly ({ readonly data: EventData<D> } & AppendOptions)[],
  ): Promise<string[]> {
    if (items.length === 0) return [];
    const rows = items.map((item) => this.#row(event, item));
    await this.manager.query(
      `INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, source, subject, time_ms, traceparent)
       SELECT id, $2, aggregateid, $2, payload, $3, subject, time_ms, traceparent
         FROM ROWS FROM (
           jsonb_to_recordset($1) AS (id uuid, aggregateid text, payload jsonb, subject text, time_ms bigint, traceparent text)
         ) WITH ORDINALITY AS item(id, aggregateid, payload, subject, time_ms, traceparent, place)
        ORDER BY place`,
      [JSON.stringify(rows), event.type, event.source],
    );
    return rows.map((row) => row.id);
  }

  /** Claims several events for a group at once. Gives the ids of those that are new; the others had their effect. */
  async claimAll(
    group: string,
    events: readonly { readonly source: string; readonly id: string }[],
  ): Promise<Set<string>> {
    if (events.length === 0) return new Set();
    // In the order of their ids, so that two transactions with the same events wait for each other in turn.
    const ordered = [...events].sort((one, other) => (one.id < other.id ? -1 : 1));
    const rows = await this.query<{ id: string }>(
      `INSERT INTO inbox ("group", source, id)
       SELECT $1, source, id FROM unnest($2::text[], $3::uuid[]) AS event(source, id)
       ON CONFLICT DO NOTHING RETURNING id`,
      [group, ordered.map((event) => event.source), ordered.map((event) => event.id)],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Claims an event for a group. False when its effect was already committed: do nothing then. */
  async claim(group: string, event: { readonly source: string; readonly id: string }): Promise<boolean> {
    return (await this.claimAll(group, [event])).size === 1;
  }

  #row<D extends EventDefinition>(event: D, { data, ...options }: { data: EventData<D> } & AppendOptions) {
    const parsed = event.data.safeParse(data);
    if (!parsed.success) {
      throw new WeirError('invalid_event', `${event.type} does not fit its schema`, { cause: parsed.error });
    }
    return {
      id: options.id ?? this.#source.uuid(),
      aggregateid: String((parsed.data as Record<string, unknown>)[event.key]),
      payload: parsed.data,
      subject: options.subject ?? null,
      time_ms: options.time ?? this.#source.now(),
      traceparent: options.traceparent ?? null,
    };
  }
}

/** TypeORM answers UPDATE and DELETE with [rows, count] and everything else with rows. */
export function rowsOf<Row>(result: unknown): Row[] {
  if (!Array.isArray(result)) return [];
  return result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number' ? result[0] : result;
}
