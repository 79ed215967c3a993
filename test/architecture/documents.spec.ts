import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, readJson, readText, root } from './repository.js';

/** Written by the programs that they tell about, so that it may be missing in a fresh clone. */
const WRITTEN_LATER = ['docs/benchmarks.md'];

const documents = [...filesOf('*.md'), ...filesOf('{docs,libs,services,bench,infra,test}/**/*.md')];

describe('documents', () => {
  it('link to what there is', () => {
    const broken = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .map((target) => join(dirname(path), target))
        .filter((target) => !existsSync(join(root, target)) && !WRITTEN_LATER.includes(target))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('name npm scripts that exist', () => {
    const { scripts } = readJson<{ scripts: Record<string, string> }>('package.json');
    const known = new Set([...Object.keys(scripts), 'start', 'test']);
    const named = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run ([a-z]+)/g)].map(([, script = '']) => ({ path, script })),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ script }) => !known.has(script))).toEqual([]);
  });

  it('name files of the repository that exist', () => {
    const named = [...filesOf('*.md'), ...filesOf('docs/**/*.md')].flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:services|libs|test|tools|infra|bench|cli|protos)\/[\w./-]+)`/g)].map(([, name = '']) => ({
        path,
        name,
      })),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ name }) => !existsSync(join(root, name)))).toEqual([]);
  });

  it('tell of every dependency why it is there', () => {
    const decision = readText('docs/decisions/0004-dependencies.md');
    const manifests = [
      ...filesOf('{libs,services}/*/package.json'),
      ...filesOf('{cli,tools}/package.json'),
      ...filesOf('services/inference/engine/package.json'),
    ];
    const names = new Set([
      ...manifests.flatMap(({ text }) =>
        Object.keys((JSON.parse(text) as { dependencies?: object }).dependencies ?? {}),
      ),
      ...Object.keys(readJson<{ devDependencies: object }>('package.json').devDependencies),
    ]);
    const told = (name: string) => decision.includes(`\`${name}\``) || decision.includes(`\`${name.split('/')[0]}/*\``);
    expect([...names].filter((name) => !name.startsWith('@weir/') && !told(name))).toEqual([]);
  });

  it('list every decision', () => {
    const list = readText('docs/decisions/README.md');
    const pages = filesOf('docs/decisions/0*.md').map(({ path }) => path.replace('docs/decisions/', ''));
    expect(pages.filter((page) => !list.includes(`(${page})`))).toEqual([]);
  });
});
