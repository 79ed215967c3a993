import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WeirError } from '@weir/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Spool, type SpoolOptions } from '../src/spool/spool.js';
import { encodeFrame } from '../src/spool/frames.js';
import type { OutgoingRecord } from '../src/wire/record.js';
import { logger } from './bus-fixture.js';

let directory: string;
let sent: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-spool-'));
  sent = [];
});
afterEach(() => rm(directory, { recursive: true }));

const recordOf = (value: string): OutgoingRecord => ({ topic: 't', key: 'k', value, headers: { ce_id: value } });
const openSpool = (options: Partial<SpoolOptions> = {}) => Spool.open({ directory, logger, ...options });
const send = async (records: readonly OutgoingRecord[]) => void sent.push(...records.map(({ value }) => String(value)));
const names = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `event-${from + index}`);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: WeirError) => error.code,
  );

describe('the spool', () => {
  it('gives back in order what it took, over many files, and deletes it', async () => {
    await using spool = await openSpool({ segmentBytes: 500 });
    await Promise.all(names(0, 50).map((name) => spool.append(recordOf(name))));
    for (const name of names(50, 60)) await spool.append(recordOf(name));
    expect([spool.events, (await readdir(directory)).length > 1]).toEqual([60, true]);
    await spool.drain(send);
    expect(sent).toEqual(names(0, 60));
    expect([spool.events, spool.bytes, await readdir(directory)]).toEqual([0, 0, []]);
  });

  it('takes events while it is drained and ends empty', async () => {
    await using spool = await openSpool();
    await Promise.all(names(0, 300).map((name) => spool.append(recordOf(name))));
    const late = names(300, 400);
    await spool.drain(async (records) => {
      const name = late.shift();
      if (name) await spool.append(recordOf(name));
      await send(records);
    });
    expect(sent).toEqual(names(0, sent.length));
    expect(sent.length).toBeGreaterThan(300);
    expect(spool.events).toBe(0);
  });

  it('keeps what Kafka did not acknowledge', async () => {
    await using spool = await openSpool();
    await spool.append(recordOf('event-0'));
    const away = new WeirError('peer_unavailable', 'away');
    expect(await codeOf(spool.drain(() => Promise.reject(away)))).toBe('peer_unavailable');
    expect(spool.events).toBe(1);
    await spool.drain(send);
    expect(sent).toEqual(['event-0']);
  });

  it('survives its process, whatever byte of the last write the crash cut off', async () => {
    const whole = Buffer.concat(names(0, 4).map((name) => encodeFrame(recordOf(name))));
    const ends = names(0, 4).map((_, index) =>
      names(0, index + 1).reduce((sum, name) => sum + encodeFrame(recordOf(name)).length, 0),
    );
    for (let cut = whole.length; cut >= 0; cut -= 1) {
      const path = join(directory, '000000000001.spool');
      await writeFile(path, whole);
      await truncate(path, cut);
      sent = [];
      await using spool = await openSpool();
      await spool.append(recordOf('after'));
      await spool.drain(send);
      expect(sent).toEqual([...names(0, ends.filter((end) => end <= cut).length), 'after']);
      expect(await readdir(directory)).toEqual([]);
    }
  });

  it('keeps a damaged file aside and gives the rest of it', async () => {
    const frames = names(0, 3).map((name) => encodeFrame(recordOf(name)));
    frames[1]![frames[1]!.length - 3]! ^= 1;
    await writeFile(join(directory, '000000000001.spool'), Buffer.concat(frames));
    await using spool = await openSpool();
    await spool.drain(send);
    expect(sent).toEqual(['event-0', 'event-2']);
    expect(await readdir(directory)).toEqual(['000000000001.spool.damaged']);
  });

  it('refuses events when it is full, and takes them again when it was drained', async () => {
    await using spool = await openSpool({ maxBytes: 400 });
    const results = await Promise.all(names(0, 20).map((name) => codeOf(spool.append(recordOf(name)))));
    expect(new Set(results)).toEqual(new Set(['none', 'internal']));
    expect(spool.bytes).toBeLessThanOrEqual(400);
    await spool.drain(send);
    expect(sent).toHaveLength(results.filter((result) => result === 'none').length);
    expect(await codeOf(spool.append(recordOf('event-20')))).toBe('none');
  });

  it('puts aside the one event that Kafka will never take', async () => {
    let rejected = 0;
    await using spool = await openSpool({ onRejected: () => (rejected += 1) });
    for (const name of names(0, 5)) await spool.append(recordOf(name));
    await spool.drain(async (records) => {
      if (records.some(({ value }) => value === 'event-2')) throw new WeirError('invalid_event', 'too large');
      await send(records);
    });
    expect(sent).toEqual(['event-0', 'event-1', 'event-3', 'event-4']);
    expect(rejected).toBe(1);
    const [file] = await readdir(directory);
    expect(file).toMatch(/\.rejected$/);
    expect((await readFile(join(directory, file!))).toString()).toContain('event-2');
  });

  it('belongs to one process at a time', async () => {
    const first = await openSpool();
    expect(await codeOf(openSpool())).toBe('invalid_configuration');
    await first[Symbol.asyncDispose]();
    await using second = await openSpool();
    expect(second.events).toBe(0);
  });
});
