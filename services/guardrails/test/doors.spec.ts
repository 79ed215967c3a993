import { readFileSync } from 'node:fs';
import { caikitChunkers } from '@weir/contracts';
import { startTestProcess, type Tenant, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardrailsService } from '../src/index.js';
import { goldenOf, replay, talkingRouter } from './doors-world.js';

const { ChunkersServiceDefinition } = caikitChunkers;

interface Chunked {
  readonly name: string;
  readonly model: string;
  readonly messages: readonly string[];
  readonly unary: unknown;
  readonly stream: unknown;
}

const chunked = JSON.parse(readFileSync(new URL('./golden/chunker.json', import.meta.url), 'utf8')) as Chunked[];

describe('the doors of other guardrail APIs answer as they are known to', () => {
  let weir: TestProcess;
  let tenant: Tenant;

  beforeAll(async () => {
    weir = await startTestProcess({ services: [guardrailsService, talkingRouter] });
    tenant = await weir.seedTenant();
  });
  afterAll(() => weir?.[Symbol.asyncDispose]());

  describe.each(['fms', 'orchestrator', 'openai', 'azure', 'litellm', 'presidio'])('%s', (door) => {
    it.each(goldenOf(door))('$name', async (exchange) => {
      const { status, answer } = exchange;
      expect(await replay(weir.httpUrl, tenant.headers, exchange)).toEqual({ status, answer });
    });
  });

  describe('chunker', () => {
    const client = (key = tenant.apiKey) => weir.clients(key).client('guardrails', ChunkersServiceDefinition);
    const metadataOf = (model: string) => ({ metadata: { 'mm-model-id': model } });

    async function* stream(messages: readonly string[]) {
      for (const [inputIndexStream, textStream] of messages.entries()) yield { textStream, inputIndexStream };
    }

    it.each(chunked)('$name', async ({ model, messages, unary, stream: results }) => {
      const options = model ? metadataOf(model) : {};
      const text = messages.join('');
      expect(await client().chunkerTokenizationTaskPredict({ text }, options)).toEqual(unary);
      const sent: unknown[] = [];
      for await (const one of client().bidiStreamingChunkerTokenizationTaskPredict(stream(messages), options))
        sent.push(one);
      expect(sent).toEqual(results);
    });

    it('does not know every chunker', async () => {
      const call = client().chunkerTokenizationTaskPredict({ text: 'x' }, metadataOf('paragraph'));
      await expect(call).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is closed to keys without the scope', async () => {
      const { apiKey } = await weir.seedTenant({ scopes: ['monitor.read'] });
      const call = client(apiKey).chunkerTokenizationTaskPredict({ text: 'x' });
      await expect(call).rejects.toMatchObject({ code: 'permission_denied' });
    });
  });
});
