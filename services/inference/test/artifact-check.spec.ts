import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '@weir/testing';
import { ArtifactCheck } from '../src/llamacpp/artifact-check.js';
import { digestOf, versionOf } from './fixtures.js';

const never = new AbortController().signal;

describe('ArtifactCheck', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, 'model file.gguf');
    await writeFile(file, 'weights');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('gives the path and the digest of what matches', async () => {
    const version = await versionOf(file);
    await expect(new ArtifactCheck().verify(version, never)).resolves.toEqual({
      path: file,
      sha256: await digestOf(file),
    });
  });

  it('sees a change between two looks', async () => {
    const check = new ArtifactCheck();
    const version = await versionOf(file);
    await check.verify(version, never);
    await writeFile(file, 'weighty');
    const changed = await digestOf(file);
    await expect(check.verify(version, never)).rejects.toMatchObject({
      code: 'artifact_mismatch',
      details: { actual_sha256: changed },
    });
    await appendFile(file, '!');
    await expect(check.verify(version, never)).rejects.toMatchObject({
      details: { expected_bytes: 7, actual_bytes: 8 },
    });
    await rm(file);
    await expect(check.verify(version, never)).rejects.toMatchObject({ code: 'artifact_mismatch' });
  });

  it('checks every file of the version, not only the weights', async () => {
    const version = await versionOf(file);
    const [weights] = version.artifacts;
    const more = { ...weights!, path: 'tokenizer.json', sha256: '0'.repeat(64) };
    const both = { ...version, artifacts: [weights!, more] };
    await expect(new ArtifactCheck().verify(both, never)).rejects.toMatchObject({ code: 'artifact_mismatch' });
  });

  it('loads local GGUF files only', async () => {
    const version = await versionOf(file);
    const [weights] = version.artifacts;
    const remote = { ...version, artifacts: [{ ...weights!, uri: 'https://example.com/model.gguf' }] };
    await expect(new ArtifactCheck().verify(remote, never)).rejects.toMatchObject({ code: 'failed_precondition' });
    const none = { ...version, artifacts: [] };
    await expect(new ArtifactCheck().verify(none, never)).rejects.toMatchObject({ code: 'failed_precondition' });
  });

  it('leaves off when it is told to', async () => {
    const stopped = AbortSignal.abort();
    await expect(new ArtifactCheck().verify(await versionOf(file), stopped)).rejects.toThrow();
  });
});
