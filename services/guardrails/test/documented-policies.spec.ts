import { readFileSync } from 'node:fs';
import { guardrailsV1 } from '@weir/contracts';
import { startTestProcess, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardrailsService } from '../src/index.js';

const page = readFileSync(new URL('../../../docs/guardrails.md', import.meta.url), 'utf8');
const documents = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, document = '']) => document);
const nameOf = (document: string) => (JSON.parse(document) as { name: string }).name;

/** What the page shows must be what the service takes. */
describe('the policies of docs/guardrails.md', () => {
  let weir: TestProcess;
  const policies = () => weir.operator.client('guardrails', guardrailsV1.PolicyServiceDefinition);

  beforeAll(async () => {
    weir = await startTestProcess({ services: [guardrailsService] });
  });
  afterAll(() => weir?.[Symbol.asyncDispose]());

  it('are found on the page', () => {
    expect(documents.map(nameOf)).toEqual(['helpdesk', 'reader', 'brand', 'judged', 'transfers']);
  });

  it.each(documents.map((document) => [nameOf(document), document]))('%s compiles', async (name, document) => {
    const { policy } = await policies().checkPolicy({ document });
    expect(policy?.name).toBe(name);
    expect(policy?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('comes with Weir: every file of policies/ is in force', async () => {
    const { policies: listed } = await weir.operator
      .client('guardrails', guardrailsV1.GuardrailsServiceDefinition)
      .listPolicies({});
    expect(listed.map(({ name }) => name).sort()).toEqual([
      'default',
      'none',
      'refund-assistant',
      'strict',
      'strict-shadow',
    ]);
  });
});
