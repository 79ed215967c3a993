import { Draining } from '@weir/bootstrap';
import { settingsWith } from '@weir/config';
import { WeirError } from '@weir/errors';
import { eventually, fakeSource, silentLogger, testMetrics } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import { billingSettings } from '../billing.config.js';
import { PriceFeed } from './price-feed.service.js';
import type { PriceRepository, RevisedPrice } from './price.repository.js';

const price = (revision: number): RevisedPrice => ({
  id: `price-${revision}`,
  model: 'smollm2',
  inputPerMillion: 1n,
  cachedInputPerMillion: 1n,
  outputPerMillion: 1n,
  validFromMs: 0,
  validToMs: undefined,
  source: 'test',
  revision: BigInt(revision),
});

/** A price list in memory; `fail` makes the next reads fail. */
class PriceList {
  readonly rows: RevisedPrice[] = [];
  failures = 0;
  reads = 0;

  currentAndComing = async () => [...this.rows];
  latestRevision = async () => BigInt(this.rows.length);
  changedAfter = async (revision: bigint) => {
    this.reads++;
    if (this.failures > 0) {
      this.failures--;
      throw new WeirError('database_unavailable', 'as told');
    }
    return this.rows.filter((row) => row.revision > revision);
  };

  add(): void {
    this.rows.push(price(this.rows.length + 1));
  }
}

function feedOver(list: PriceList) {
  const warnings: unknown[] = [];
  const logger = Object.assign(Object.create(silentLogger), { warn: (facts: unknown) => warnings.push(facts) });
  const settings = settingsWith(billingSettings, { pricePollMs: 50 });
  const draining = new Draining();
  const feed = new PriceFeed(
    list as unknown as PriceRepository,
    fakeSource(),
    settings,
    logger,
    testMetrics(),
    draining,
  );
  return { feed, warnings, draining };
}

describe('PriceFeed', () => {
  it('splits a long list and marks its end', async () => {
    const list = new PriceList();
    for (let index = 0; index < 1_001; index++) list.add();
    const watch = feedOver(list).feed.watch(new AbortController().signal);
    const parts = [await watch.next(), await watch.next(), await watch.next()].map((each) => each.value);
    expect(parts.map((part) => [part?.prices.length, part?.complete])).toEqual([
      [500, false],
      [500, false],
      [1, true],
    ]);
    await watch.return();
  });

  it('says that there is nothing when there is nothing', async () => {
    const watch = feedOver(new PriceList()).feed.watch(new AbortController().signal);
    expect((await watch.next()).value).toEqual({ prices: [], complete: true });
    await watch.return();
  });

  it('tells each change once, whoever asks how often', async () => {
    const list = new PriceList();
    const { feed } = feedOver(list);
    await feed.refresh();
    const watch = feed.watch(new AbortController().signal);
    await watch.next();
    list.add();
    await Promise.all([feed.refresh(), feed.refresh(), feed.refresh()]);
    list.add();
    await feed.refresh();
    const told = [await watch.next(), await watch.next()].flatMap((each) => each.value?.prices ?? []);
    expect(told.map((each) => each.id)).toEqual(['price-1', 'price-2']);
    await watch.return();
  });

  it('cuts off a watcher that does not read, and keeps the others', async () => {
    const list = new PriceList();
    const { feed } = feedOver(list);
    await feed.refresh();
    const slow = feed.watch(new AbortController().signal);
    await slow.next();
    for (let change = 0; change < 66; change++) {
      list.add();
      await feed.refresh();
    }
    const read = async () => {
      for await (const each of slow) expect(each.complete).toBe(true);
    };
    await expect(read()).rejects.toMatchObject({ code: 'billing_unavailable' });
    const other = feed.watch(new AbortController().signal);
    expect((await other.next()).value?.prices).toHaveLength(66);
    await other.return();
  });

  it('goes on after an outage, which it logs once, and misses nothing', async () => {
    const list = new PriceList();
    const { feed, warnings } = feedOver(list);
    await feed.refresh();
    const watch = feed.watch(new AbortController().signal);
    await watch.next();
    list.add();
    list.failures = 3;
    for (let turn = 0; turn < 4; turn++) await feed.refresh();
    expect((await watch.next()).value?.prices.map((each) => each.id)).toEqual(['price-1']);
    expect(warnings).toHaveLength(1);
    await watch.return();
  });

  it('polls while it runs and ends its watchers when it stops', async () => {
    const list = new PriceList();
    const { feed, draining } = feedOver(list);
    feed.onApplicationBootstrap();
    await eventually(() => list.reads > 0);
    const watch = feed.watch(new AbortController().signal);
    await watch.next();
    const next = watch.next();
    const ended = expect(next).rejects.toMatchObject({ code: 'shutting_down' });
    await draining.run(silentLogger);
    await ended;
    const late = feed.watch(new AbortController().signal);
    await expect(late.next()).rejects.toMatchObject({ code: 'shutting_down' });
  });
});
