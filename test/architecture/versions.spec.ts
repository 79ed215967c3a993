import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readJson, readText, root } from './repository.js';

interface Manifest {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifests = [
  'package.json',
  ...globSync('{libs,services}/*/package.json', { cwd: root }),
  'cli/package.json',
  'tools/package.json',
];
const locks = globSync('{package-lock.json,{services,bench}/**/package-lock.json}', {
  cwd: root,
  exclude: (path) => path.endsWith('node_modules'),
});

const wanted = manifests.flatMap((path) => {
  const { dependencies, devDependencies, optionalDependencies } = readJson<Manifest>(path);
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).map(([name, version]) => ({
    path,
    name,
    version,
  }));
});

describe('versions', () => {
  it('are pinned exactly', () => {
    expect(wanted.filter(({ version }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('are the same in every workspace', () => {
    const byName = Map.groupBy(wanted, ({ name }) => name);
    const split = [...byName].filter(([, uses]) => new Set(uses.map(({ version }) => version)).size > 1);
    expect(split).toEqual([]);
  });

  it('are the ones in the lock file', () => {
    const { packages } = readJson<{ packages: Readonly<Record<string, Manifest>> }>('package-lock.json');
    const off = wanted.filter(({ path, name, version }) => {
      const folder = path.replace(/\/?package\.json$/, '');
      const own = folder ? packages[`${folder}/node_modules/${name}`] : undefined;
      const locked = own ?? packages[`node_modules/${name}`];
      return !name.startsWith('@weir/') && locked?.version !== version;
    });
    expect(off).toEqual([]);
  });

  it.each(locks)('%s names no registry host', (path) => {
    expect(
      readText(path)
        .match(/"resolved":\s*"https?:[^"]+"/g)
        ?.slice(0, 3) ?? [],
    ).toEqual([]);
  });

  it('every workspace says its license', () => {
    expect(manifests.filter((path) => readJson<Manifest>(path).license !== 'Apache-2.0')).toEqual([]);
  });
});
