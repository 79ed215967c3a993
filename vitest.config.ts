import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Decorators as tsc emits them, sources instead of build output. */
const common = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions: ['weir-source', 'node'] },
  ssr: { resolve: { conditions: ['weir-source', 'node'], externalConditions: ['weir-source', 'node'] } },
};

const project = (name: string, include: string[], test: TestProjectInlineConfiguration['test'] = {}) => ({
  ...common,
  test: { name, include, exclude: ['**/node_modules/**', '**/dist/**'], ...test },
});

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    projects: [
      project(
        'unit',
        [
          '{libs,services}/*/src/**/*.spec.ts',
          'services/*/training/**/*.spec.ts',
          '{cli,tools,bench}/{src,prepare}/**/*.spec.ts',
        ],
        {
          testTimeout: 30_000,
        },
      ),
      project('architecture', ['test/architecture/**/*.spec.ts'], { testTimeout: 60_000 }),
      project(
        'service',
        ['{libs,services}/*/test/**/*.spec.ts', '{cli,tools}/test/**/*.spec.ts', 'test/contract/**/*.spec.ts'],
        {
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      ),
      project('flow', ['test/flow/**/*.spec.ts', 'test/fault/**/*.spec.ts'], {
        testTimeout: 180_000,
        hookTimeout: 240_000,
        fileParallelism: false,
      }),
    ],
  },
});
