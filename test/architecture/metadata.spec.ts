import { execFileSync } from 'node:child_process';
import { constructorMetadata, type ServiceDescriptor } from '@weir/bootstrap';
import { describe, expect, it } from 'vitest';
import { loadServices } from '../../tools/src/processes/descriptors.js';
import { root } from './repository.js';

const SERVICES = ['registry', 'router', 'guardrails', 'inference', 'billing', 'evaluator', 'monitor'] as const;

/** Asks the built services, in a process of its own, what their constructors want. */
const PROGRAM = `
  import { constructorMetadata } from '@weir/bootstrap';
  import { loadServices } from './tools/dist/processes/descriptors.js';
  const services = await loadServices(${JSON.stringify(SERVICES)});
  const wanted = Object.fromEntries(services.map(({ name, module }) => [name, constructorMetadata(module)]));
  process.stdout.write(JSON.stringify(wanted));
`;

describe('injection', () => {
  it(
    'sees the same constructors whether the compiler or the test transform wrote them',
    { timeout: 30_000 },
    async () => {
      const services: readonly ServiceDescriptor[] = await loadServices(SERVICES);
      const ofTests = Object.fromEntries(services.map(({ name, module }) => [name, constructorMetadata(module)]));
      const output = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], {
        cwd: root,
        encoding: 'utf8',
      });
      const ofCompiler = JSON.parse(output) as typeof ofTests;
      expect(ofTests).toEqual(ofCompiler);
      expect(Object.keys(ofTests['router'] ?? {}).length).toBeGreaterThan(5);
    },
  );

  it('never asks for a thing without a type', async () => {
    const services: readonly ServiceDescriptor[] = await loadServices(SERVICES);
    const lost = services.flatMap(({ module }) =>
      Object.entries(constructorMetadata(module)).filter(([, types]) => types.includes('undefined')),
    );
    expect(lost).toEqual([]);
  });
});
