import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export const LIBS = [
  'contracts',
  'config',
  'errors',
  'telemetry',
  'resilience',
  'gguf',
  'database',
  'kafka',
  'grpc',
  'bootstrap',
  'testing',
] as const;

const SKIPPED = /(^|\/)(node_modules|dist|generated)(\/|$)/;
const CODE = '{libs,services,cli,tools,test,bench}/**/*.{ts,mts,mjs}';

export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

/** Every file that the pattern names, without what is installed, built or generated. */
export function filesOf(pattern: string): SourceFile[] {
  const paths = globSync(pattern, { cwd: root, exclude: (path) => SKIPPED.test(path) });
  return paths
    .filter((path) => !SKIPPED.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(`${root}/${path}`, 'utf8');
      return { path, text, lines: text.split('\n').length - 1 };
    });
}

export const sources: readonly SourceFile[] = filesOf(CODE);

/** Tests, and what only tests are made of. */
export const isTest = ({ path }: SourceFile): boolean => /\.(spec|fixture)\.ts$|(^|\/)test\//.test(path);

/** Code that ships: libs, services and the command, without their tests and without what tests are made of. */
export const shipped = sources.filter((file) => /^(libs|services|cli)\//.test(file.path) && !isTest(file));

const FROM = /(?:^|\n)\s*(?:import|export)\b(\s+type\b)?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g;
const SIDE_EFFECT = /(?:^|\n)import\s+['"]([^'"]+)['"]/g;
const ON_DEMAND = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** What a module asks for when it runs: imports, re-exports and imports on demand. Types alone leave no trace. */
export function importsAtRunTime({ text }: SourceFile): string[] {
  const values = [...text.matchAll(FROM)].filter(([, type]) => !type).map(([, , specifier = '']) => specifier);
  const others = [...text.matchAll(SIDE_EFFECT), ...text.matchAll(ON_DEMAND)].map(([, specifier = '']) => specifier);
  return [...values, ...others];
}

/** All of that, and what only types come from. */
export function importsOf(file: SourceFile): string[] {
  const types = [...file.text.matchAll(FROM)].filter(([, type]) => type).map(([, , specifier = '']) => specifier);
  return [...importsAtRunTime(file), ...types];
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(`${root}/${path}`, 'utf8')) as T;
}

export function readText(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}

/** `libs/kafka` of `libs/kafka/src/bus.ts`; `tools` of `tools/src/run.ts`. */
export function packageOf(path: string): string {
  const parts = path.split('/');
  return parts[0] === 'libs' || parts[0] === 'services' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}
