import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  importsAtRunTime,
  importsOf,
  isTest,
  LIBS,
  packageOf,
  readJson,
  root,
  shipped,
  sources,
} from './repository.js';

const ORDER = new Map<string, number>(LIBS.map((name, place) => [name, place]));
const SERVICES = new Set(['registry', 'router', 'guardrails', 'inference', 'billing', 'evaluator', 'monitor']);
const BUILT_IN = new Set(builtinModules);

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const weirPackage = (specifier: string) => /^@weir\/([^/]+)/.exec(specifier)?.[1];

/** `path → import` of every import that breaks a rule. */
function offenders(files: typeof sources, breaks: (path: string, specifier: string) => boolean): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => breaks(file.path, specifier))
      .map((specifier) => `${file.path} → ${specifier}`),
  );
}

describe('boundaries', () => {
  it('a lib imports only libs before it', () => {
    const found = offenders(shipped, (path, specifier) => {
      const own = /^libs\/([^/]+)/.exec(path)?.[1];
      const other = weirPackage(specifier);
      if (!own || !other) return false;
      return (ORDER.get(other) ?? Number.POSITIVE_INFINITY) >= (ORDER.get(own) ?? -1);
    });
    expect(found).toEqual([]);
  });

  it('a service imports libs, never a service, a tool or what tests are made of', () => {
    const found = offenders(shipped, (path, specifier) => {
      const other = weirPackage(specifier);
      if (!path.startsWith('services/') || !other) return false;
      return SERVICES.has(other) || !ORDER.has(other) || other === 'testing';
    });
    expect(found).toEqual([]);
  });

  it('no relative import leaves its package', () => {
    const own = sources.filter(({ path }) => /^(libs|services|cli)\//.test(path));
    const found = offenders(own, (path, specifier) => {
      if (!specifier.startsWith('.')) return false;
      return packageOf(join(path, '..', specifier)) !== packageOf(path);
    });
    expect(found).toEqual([]);
  });

  it('a package never imports itself by its name, and a lib not through its own index', () => {
    const found = offenders(shipped, (path, specifier) => {
      const own = packageOf(path).split('/').pop();
      return (
        weirPackage(specifier) === own || (path.startsWith('libs/') && /^\.{1,2}\/(.*\/)?index\.js$/.test(specifier))
      );
    });
    expect(found).toEqual([]);
  });

  it('every package that is imported is declared', () => {
    const manifests = new Map<string, Set<string>>();
    const declared = (folder: string) => {
      const known = manifests.get(folder);
      if (known) return known;
      if (!existsSync(join(root, folder, 'package.json'))) return new Set<string>();
      const { dependencies, devDependencies, peerDependencies, optionalDependencies } = readJson<Manifest>(
        folder === '' ? 'package.json' : `${folder}/package.json`,
      );
      const all = [dependencies, devDependencies, peerDependencies, optionalDependencies];
      const names = new Set(all.flatMap((list) => Object.keys(list ?? {})));
      manifests.set(folder, names);
      return names;
    };
    const everywhere = new Set(
      ['', ...new Set(sources.map(({ path }) => packageOf(path)))].flatMap((folder) => [...declared(folder)]),
    );
    const own = sources.filter(({ path }) => /^(libs|services|cli|tools)\//.test(path) && !path.includes('/engine/'));
    const found = own.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:') && !BUILT_IN.has(specifier))
        .map((specifier) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => !declared(packageOf(file.path)).has(name) && !(isTest(file) && everywhere.has(name)))
        .map((name) => `${file.path} → ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('no file imports itself by a way around', () => {
    expect(cycles()).toEqual([]);
  });
});

/** Cycles of what files need when they run, each told once. */
function cycles(): string[] {
  const byPath = new Map(shipped.map((file) => [file.path, file]));
  const graph = new Map(
    shipped.map((file) => [
      file.path,
      importsAtRunTime(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => join(file.path, '..', specifier).replace(/\.js$/, '.ts'))
        .filter((path) => byPath.has(path)),
    ]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
