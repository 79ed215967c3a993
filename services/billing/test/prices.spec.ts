import { systemSource } from '@weir/config';
import type { Database } from '@weir/database';
import { eventually } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInForce } from '../src/prices/price.js';
import type { PriceNews } from '../src/prices/price-feed.service.js';
import { billingDatabase, partsOver, priceOrder, replicaOf, type Parts } from './parts.js';

let database: Database;
let parts: Parts;

beforeAll(async () => {
  database = await billingDatabase();
  parts = partsOver(database);
});
afterAll(() => database[Symbol.asyncDispose]());

const fromNow = (model: string, output: bigint, validFromMs?: number) =>
  parts.prices.put(priceOrder({ model, outputPerMillion: output, validFromMs }));

describe('prices on PostgreSQL', () => {
  it('end where the next begins and are never put twice', async () => {
    const first = await fromNow('a', 1n);
    const again = await fromNow('a', 1n);
    const second = await fromNow('a', 2n);
    expect(again).toEqual(first);
    expect(await parts.prices.list('a')).toEqual([{ ...first, validToMs: second.validFromMs }, second]);
  });

  it('cannot be changed in the past', async () => {
    await fromNow('past', 1n, 1);
    await expect(fromNow('past', 2n, 5)).rejects.toMatchObject({
      code: 'failed_precondition',
      param: 'price.valid_from_ms',
    });
  });

  it('never overlap, whoever writes at once', async () => {
    const from = systemSource.now() + 60_000;
    await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) => fromNow('race', BigInt(index), from + (index % 5))),
    );
    const prices = await parts.prices.list('race');
    expect(prices.length).toBeGreaterThan(1);
    for (let at = from; at < from + 10; at++) expect(prices.filter((price) => isInForce(price, at)).length).toBe(1);
  });

  it('are kept from overlapping by the table itself', async () => {
    const existing = await fromNow('table', 1n);
    const overlapping = database.transaction((tx) =>
      parts.priceRows.add(tx, { ...existing, id: systemSource.uuid(), validFromMs: existing.validFromMs + 1 }, 0),
    );
    await expect(overlapping).rejects.toThrow(/prices_never_overlap/);
  });
});

describe('the price feed', () => {
  function collect(over: Parts, signal: AbortSignal) {
    const news: PriceNews[] = [];
    const ended = (async () => {
      for await (const each of over.feed.watch(signal)) news.push(each);
    })();
    return { news, ended };
  }

  it('tells everything first, then changes: its own at once and those of other replicas when it looks', async () => {
    await using otherDatabase = await replicaOf(database);
    const other = partsOver(otherDatabase);
    const stop = new AbortController();
    await other.feed.refresh();
    const [here, there] = [collect(parts, stop.signal), collect(other, stop.signal)];
    await eventually(() => here.news.length && there.news.length);
    expect(here.news[0]).toMatchObject({ complete: true });
    const known = here.news[0]?.prices.length ?? 0;
    expect(known).toBeGreaterThan(0);
    const first = await fromNow('feed', 1n);
    const second = await fromNow('feed', 2n);
    await other.feed.refresh();
    const changesOf = (news: readonly PriceNews[]) => news.slice(1).flatMap((each) => each.prices);
    await eventually(() => changesOf(there.news).length >= 2);
    expect(changesOf(here.news).at(-1)).toMatchObject({ id: second.id });
    expect(changesOf(there.news).map((price) => price.id)).toEqual([first.id, second.id]);
    expect(changesOf(there.news)[0]?.validToMs).toBe(second.validFromMs);
    stop.abort();
    await Promise.all([here.ended, there.ended]);
    expect((await parts.metrics.render()).body).toContain('weir_billing_price_watchers 0');
  });

  it('leaves out prices that ended and tells those to come', async () => {
    const from = systemSource.now() + 3_600_000;
    await parts.prices.put(priceOrder({ model: 'over', validFromMs: 1, validToMs: 2 }));
    const coming = await fromNow('coming', 1n, from);
    const stop = new AbortController();
    const { news, ended } = collect(parts, stop.signal);
    await eventually(() => news.length);
    stop.abort();
    await ended;
    const models = news[0]?.prices.map((price) => price.model) ?? [];
    expect(models).toContain(coming.model);
    expect(models).not.toContain('over');
  });
});
