import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecret, type SecretPlaces } from '../src/outbound/secret-ref.js';

describe('readSecret', () => {
  let folder: string;
  let places: SecretPlaces;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-secret-'));
    const directory = join(folder, 'secrets');
    await mkdir(directory);
    await writeFile(join(directory, 'key'), 'from-file\n');
    await writeFile(join(directory, 'two-lines'), 'a\nb');
    await writeFile(join(folder, 'outside'), 'outside');
    await symlink(join(folder, 'outside'), join(directory, 'link'));
    const env = {
      OPENAI_API_KEY: 'from-env',
      WEIR_UPSTREAM_A: 'a',
      WEIR_KEY_PEPPER: 'pepper',
      WEIR_X_TOKEN: 'x',
      EMPTY_API_KEY: '',
    };
    places = { env, directory };
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads variables and files, and nothing for no reference', async () => {
    await expect(readSecret('', places)).resolves.toBe('');
    await expect(readSecret('env:OPENAI_API_KEY', places)).resolves.toBe('from-env');
    await expect(readSecret('env:WEIR_UPSTREAM_A', places)).resolves.toBe('a');
    await expect(readSecret(`file:${places.directory}/key`, places)).resolves.toBe('from-file');
    await expect(readSecret(`file://${places.directory}/key`, places)).resolves.toBe('from-file');
  });

  it.each([
    'env:WEIR_KEY_PEPPER',
    'env:WEIR_X_TOKEN',
    'env:PATH',
    'env:EMPTY_API_KEY',
    'env:OTHER_API_KEY',
    'sk-inline',
  ])('refuses %s without a word of a value', async (ref) => {
    const failed = readSecret(ref, places);
    await expect(failed).rejects.toMatchObject({ code: 'invalid_configuration' });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringMatching(/pepper|sk-inline/) });
  });

  it.each(['link', '../outside', 'none', 'two-lines'])('refuses the file %s', async (name) => {
    const failed = readSecret(`file:${places.directory}/${name}`, places);
    await expect(failed).rejects.toMatchObject({ code: 'invalid_configuration' });
  });
});
