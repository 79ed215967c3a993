import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, importsOf, isTest, shipped, sources, type SourceFile } from './repository.js';

const ROOMS = [
  'grpc', 'http', 'consumer', 'service', 'repository', 'client', 'events', 'entity', 'errors', 'config', 'metrics', 'module',
  'spec', 'fixture', 'factory',
]; // prettier-ignore
/** Rooms of libs: what a framework calls so. */
const LIB_ROOMS = [...ROOMS, 'filter', 'd'];
const NAMELESS = /^(common|shared|utils?|core|helpers?|managers?|base|handle|process|do)$/;

const places = (files: readonly SourceFile[], pattern: RegExp): string[] =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );

describe('style', () => {
  it('there is no default export, no forwardRef and no var', () => {
    const allowed = sources.filter(({ path }) => path !== 'test/architecture/style.spec.ts');
    expect(places(allowed, /^export default\b|\bforwardRef\(|^\s*var\s/)).toEqual([]);
  });

  it('the environment is read in libs/config and by programs, tests and benchmarks only', () => {
    const elsewhere = shipped.filter(({ path }) => !path.startsWith('libs/config/'));
    expect(places(elsewhere, /\bprocess\.env\b/)).toEqual([]);
  });

  it('services throw typed errors', () => {
    const services = shipped.filter(({ path }) => path.startsWith('services/') && !path.includes('/engine/'));
    expect(places(services, /\bthrow new (Error|TypeError|RangeError)\(/)).toEqual([]);
  });

  it('no catch is empty', () => {
    expect(sources.filter(({ text }) => /catch\s*(\([^)]*\))?\s*\{\s*\}/.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
  });

  it('nothing is left for later', () => {
    // Comments are a place for attacks to hide in, so what classifiers learn from has such words.
    const words = /^services\/guardrails\/training\/(material|toxicity)\/|^test\/architecture\/style\.spec\.ts$/;
    const others = sources.filter(({ path }) => !words.test(path));
    expect(places(others, /\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });

  it('relative imports end in .js', () => {
    const built = sources.filter(({ path }) => !path.startsWith('bench/') && path.endsWith('.ts'));
    const found = built.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.') && !/\.(m?js|json)$/.test(specifier))
        .map((specifier) => `${file.path} → ${specifier}`),
    );
    expect(found).toEqual([]);
  });

  it('files are kebab-case and say their room', () => {
    const wrong = shipped.filter(({ path }) => {
      const [name = '', ...rooms] = basename(path)
        .replace(/\.m?[tj]s$/, '')
        .split('.');
      const known = path.startsWith('services/') ? ROOMS : LIB_ROOMS;
      return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || rooms.some((room) => !known.includes(room));
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('nothing has a name that could be the name of anything', () => {
    const named = sources
      .filter((file) => !isTest(file))
      .flatMap(({ path }) => {
        const parts = path.split('/');
        return parts.filter((part) => NAMELESS.test(part.split('.')[0] ?? '')).map(() => path);
      });
    expect(named).toEqual([]);
  });

  it('pure files know neither Nest nor the clock', () => {
    const pure = shipped.filter(
      ({ path }) => /^services\/[^/]+\/src\/.+\/[^/.]+\.ts$/.test(path) && !path.includes('/llamacpp/'),
    );
    const nest = pure.filter((file) => importsOf(file).some((specifier) => specifier.startsWith('@nestjs/')));
    expect(nest.map(({ path }) => path)).toEqual([]);
    expect(
      places(
        pure.filter((file) => !isTest(file)),
        /\bDate\.now\(|\bMath\.random\(|\brandomUUID\(/,
      ),
    ).toEqual([]);
  });

  it('a main.ts is at most 15 lines', () => {
    const long = sources.filter(({ path, lines }) => /^services\/[^/]+\/src\/main\.ts$/.test(path) && lines > 15);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('no text names a folder of somebody’s machine', () => {
    const texts = [
      ...sources,
      ...filesOf('{docs,infra,protos,libs,services}/**/*.{md,yml,yaml,json,proto}'),
      ...filesOf('*.{md,yml,json}'),
    ];
    expect(places(texts, /(^|[\s"'`(=])\/(work|root|Users)\/|\/home\/[a-z]+\//)).toEqual([]);
  });
});
