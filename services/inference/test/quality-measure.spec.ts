import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger, temporaryFolder, tinyModel } from '@weir/testing';
import type { ComparedPositions, MeasureJob } from '../engine/src/measure/measure-protocol.js';
import { engineDirectory } from '../src/llamacpp/engine-directory.js';
import { verifiedCorpus } from '../src/quality/corpus.js';
import { lineageInFile } from '../src/quality/lineage-in-file.js';
import { measureInChild, type MeasureProgress } from '../src/quality/measure-child.client.js';
import { qualityReportOf } from '../src/quality/quality-report.js';
import { renameToken, tinyCopy, withLineage } from './quality-models.js';

const never = new AbortController().signal;

describe('the corpus', () => {
  it('is the text that it was', async () => {
    await expect(verifiedCorpus()).resolves.toMatch(/corpus\/weir-corpus-v1\.txt$/);
    const bytes = await readFile(await verifiedCorpus());
    expect(bytes.length).toBeGreaterThan(59_000);
  });

  it('is missed with its name', async () => {
    await expect(verifiedCorpus('/')).rejects.toMatchObject({ code: 'artifact_mismatch' });
  });
});

describe('the lineage in a file', () => {
  it('is what our quantizer wrote, and nothing in other files', async () => {
    await using folder = await temporaryFolder();
    const parent = 'b1'.repeat(32);
    const made = await tinyCopy(folder.path, 'made', { edit: withLineage(parent, 2) });
    expect(await lineageInFile(made.path)).toEqual({ parentSha256: parent, type: 'Q4_0' });
    const unnamed = await tinyCopy(folder.path, 'unnamed', { edit: withLineage(parent, 999) });
    expect(await lineageInFile(unnamed.path)).toEqual({ parentSha256: parent, type: '' });
    expect(await lineageInFile((await tinyModel()).path)).toBeUndefined();
    expect(await lineageInFile(import.meta.filename)).toBeUndefined();
    await expect(lineageInFile('/nowhere.gguf')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the measuring process', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let parent: { readonly path: string };
  let corpusPath: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    parent = await tinyModel();
    corpusPath = await verifiedCorpus();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  const started = (candidatePath: string, job: Partial<MeasureJob> = {}, signal = never) =>
    measureInChild(
      {
        directory: engineDirectory(''),
        job: {
          parentPath: parent.path,
          candidatePath,
          corpusPath,
          chunkTokens: 512,
          maxPositions: 600,
          threads: 1,
          gpu: 'off',
          memoryReserveBytes: 0,
          ...job,
        },
        stallMs: 60_000,
        logger: silentLogger,
      },
      signal,
    );
  const all = async (progress: AsyncIterable<MeasureProgress>) => {
    const chunks: ComparedPositions[] = [];
    let positions = 0;
    for await (const each of progress) {
      if (each.kind === 'started') positions = each.positions;
      else chunks.push(each.compared);
    }
    return { positions, chunks, ...qualityReportOf(FILES, chunks) };
  };

  it('finds nothing between a model and itself', async () => {
    const { positions, chunks, tokens, meanKl, sameTop, perplexityRatio } = await all(started(parent.path));
    expect([positions, tokens]).toEqual([600, 600]);
    expect(chunks.map(({ kl }) => kl.length)).toEqual([255, 255, 90]);
    expect(meanKl).toEqual({ value: 0, low: 0, high: 0 });
    expect([sameTop?.value, perplexityRatio?.value]).toEqual([1, 1]);
  });

  it('finds more the more was lost', async () => {
    const lossy = async (lostBits: number) =>
      all(started((await tinyCopy(folder.path, `lost-${lostBits}`, { lostBits })).path));
    const [little, much] = [await lossy(4), await lossy(8)];
    expect(little.meanKl?.value).toBeGreaterThan(0);
    expect(much.meanKl?.value).toBeGreaterThan((little.meanKl?.value ?? 0) * 4);
    expect(much.sameTop?.value).toBeLessThan(little.sameTop?.value ?? 0);
    expect(much.klP999).toBeGreaterThan(much.meanKl?.value ?? 0);
  });

  it('refuses another vocabulary, and says where it differs', async () => {
    const { path } = await tinyCopy(folder.path, 'renamed', { edit: renameToken });
    await expect(all(started(path))).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'parent_version',
      message: expect.stringMatching(/token 300 is .* "elsewhere" in the candidate/) as string,
    });
  });

  it('refuses what does not fit into memory, with the numbers, before it loads anything', async () => {
    const tooMuch = started(parent.path, { memoryReserveBytes: 2 ** 50 });
    await expect(all(tooMuch)).rejects.toMatchObject({
      code: 'insufficient_memory',
      details: { needed_bytes: expect.any(Number) as number, reserve_bytes: 2 ** 50 },
    });
  });

  it('ends when it is cancelled', async () => {
    const caller = new AbortController();
    const progress = started(parent.path, { maxPositions: 0 }, caller.signal);
    const ended = (async () => {
      for await (const { kind } of progress) if (kind === 'chunk') caller.abort();
    })();
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
    await expect(all(started(parent.path, {}, AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each([
    ['dies', 'process.kill(process.pid, "SIGKILL")', 'ended (SIGKILL)'],
    ['leaves', 'process.exit(3)', 'ended (code 3)'],
    ['hangs', 'setInterval(() => {}, 1000)', 'made no progress'],
  ])('is a typed failure when it %s', async (what, program, message) => {
    const directory = join(folder.path, what);
    await mkdir(join(directory, 'dist'), { recursive: true });
    await writeFile(join(directory, 'dist', 'measure-main.js'), `process.on('message', () => ${program});`);
    const options = { directory, job: {} as MeasureJob, stallMs: 2_000, logger: silentLogger };
    const failure = { code: 'engine_failed', message: expect.stringContaining(message) as string };
    await expect(all(measureInChild(options, never))).rejects.toMatchObject(failure);
  });

  it('is a typed failure when it cannot read a model or the text', async () => {
    const broken = started(corpusPath);
    await expect(all(broken)).rejects.toMatchObject({ code: 'engine_failed' });
    await expect(all(started(parent.path, { corpusPath: '/nowhere' }))).rejects.toMatchObject({
      code: 'engine_failed',
    });
  });
});

const FILES = { candidateSha256: 'a', parentSha256: 'b', corpus: 'c', corpusSha256: 'd', measuredAtMs: 1 };
