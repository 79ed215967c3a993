import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { functionSizes } from './functions.js';
import { filesOf, isTest, root, shipped, sources } from './repository.js';

const LIMITS = { file: 400, function: 80, directory: 20, depth: 3 };
const GUIDES = { file: 250, function: 40 };
const MOST_ANY_PER_1000 = 1;
const MOST_SUPPRESSIONS_PER_1000 = 0.5;
/** The guide is 0.8; below this the tests have fallen behind. */
const LEAST_TEST_SHARE = 0.6;

const typescript = sources.filter(({ path }) => path.endsWith('.ts'));
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const p90 = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * 0.9)] ?? 0;
const count = (pattern: RegExp) => sum(typescript.map(({ text }) => withoutStrings(text).match(pattern)?.length ?? 0));
const thousands = sum(typescript.map(({ lines }) => lines)) / 1000;

describe('style budget', () => {
  const told: string[] = [];
  afterAll(() => console.log(`style budget\n${told.map((line) => `  ${line}`).join('\n')}`));
  const tell = (what: string, value: number, bound: string) =>
    told.push(`${what.padEnd(34)} ${value.toFixed(1)} (${bound})`);

  it('files stay short', () => {
    const lengths = typescript.map(({ lines }) => lines);
    tell('lines per file, p90', p90(lengths), `guide ${GUIDES.file}`);
    tell('lines per file, most', Math.max(...lengths), `most ${LIMITS.file}`);
    expect(typescript.filter(({ lines }) => lines > LIMITS.file).map(({ path }) => path)).toEqual([]);
    expect(p90(lengths)).toBeLessThanOrEqual(GUIDES.file);
  });

  it('functions fit on a screen', () => {
    const sizes = typescript.flatMap(functionSizes);
    const lengths = sizes.map(({ lines }) => lines);
    tell('lines per function, p90', p90(lengths), `guide ${GUIDES.function}`);
    tell('lines per function, most', Math.max(...lengths), `most ${LIMITS.function}`);
    expect(sizes.length).toBeGreaterThan(1000);
    expect(
      sizes.filter(({ lines }) => lines > LIMITS.function).map(({ place, lines }) => `${place}: ${lines}`),
    ).toEqual([]);
    expect(p90(lengths)).toBeLessThanOrEqual(GUIDES.function);
  });

  it('directories can be taken in at a glance', () => {
    const folders = [...new Set(sources.map(({ path }) => dirname(path)))];
    const entries = folders.map((folder) => ({ folder, entries: entriesOf(folder) }));
    tell('entries per directory, most', Math.max(...entries.map((one) => one.entries)), `most ${LIMITS.directory}`);
    expect(entries.filter((one) => one.entries > LIMITS.directory)).toEqual([]);
  });

  it('folders are at most three deep below a service', () => {
    const deep = shipped.filter(
      ({ path }) => path.startsWith('services/') && path.split('/').length - 3 > LIMITS.depth,
    );
    expect(deep.map(({ path }) => path)).toEqual([]);
  });

  it('types and lint rules are rarely worked around', () => {
    const any = count(/[:<,(|&]\s*any\b(?!\w)|\bas any\b|\bany\[\]/g);
    const suppressions = sum(
      typescript.map(
        ({ text }) => text.match(/@ts-(ignore|expect-error|nocheck)|(oxlint|eslint)-disable/g)?.length ?? 0,
      ),
    );
    tell('any per 1,000 lines', any / thousands, `most ${MOST_ANY_PER_1000}`);
    tell('suppressions per 1,000 lines', suppressions / thousands, `most ${MOST_SUPPRESSIONS_PER_1000}`);
    expect(any / thousands).toBeLessThanOrEqual(MOST_ANY_PER_1000);
    expect(suppressions / thousands).toBeLessThanOrEqual(MOST_SUPPRESSIONS_PER_1000);
  });

  it('tests keep up with the source', () => {
    const lines = (files: readonly { lines: number }[]) => sum(files.map((file) => file.lines));
    const counted = typescript.filter(({ path }) => !path.startsWith('bench/'));
    const forTests = (file: (typeof counted)[number]) => isTest(file) || file.path.startsWith('libs/testing/');
    const share = lines(counted.filter(forTests)) / lines(counted.filter((file) => !forTests(file)));
    tell('test lines per source line', share, `guide 0.8, least ${LEAST_TEST_SHARE}`);
    expect(share).toBeGreaterThanOrEqual(LEAST_TEST_SHARE);
  });

  it('protos are short too', () => {
    const long = filesOf('protos/**/*.proto').filter(({ lines }) => lines > LIMITS.file);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

function entriesOf(folder: string): number {
  const names = readdirSync(join(root, folder)).filter(
    (name) => !['node_modules', 'dist'].includes(name) && !name.endsWith('.tsbuildinfo'),
  );
  return names.filter((name) => statSync(join(root, folder, name), { throwIfNoEntry: false })).length;
}

/** Words in texts and comments are no types. */
function withoutStrings(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '');
}
