import type { RegistrySnapshot } from '@weir/bootstrap';
import type { GuardrailContent } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { silentLogger, testMetrics } from '@weir/testing';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ContentRecorder, type RecordedDecision } from './content-recorder.service.js';
import { ContentSeal } from './content-seal.js';
import type { RecordedInput } from './redecide.js';

const about = (project: string): RecordedDecision => ({
  verdict_id: 'v',
  request_id: 'r',
  organization_id: 'o',
  project_id: project,
  policies: ['default@1'],
  stage: 'input',
  decided_at: 7,
});

const input = (text: string): RecordedInput => ({
  model: 'm',
  texts: [{ path: 'p', role: 'user', stage: 'input', text, tool: '', json: false }],
  context: [],
  facts: {},
});

function recorder(publish: (data: GuardrailContent) => Promise<void> = async () => undefined) {
  const published: GuardrailContent[] = [];
  const metrics = testMetrics();
  const bus = {
    publisher: () => ({
      publish: async (data: GuardrailContent) => {
        await publish(data);
        published.push(data);
      },
    }),
  };
  const registry = { project: (id: string) => (id === 'gone' ? undefined : { keep_content: id === 'keeps' }) };
  const made = new ContentRecorder(
    bus as never,
    registry as unknown as RegistrySnapshot,
    { keyPepper: 'pepper' } as never,
    silentLogger,
    metrics,
  );
  const count = async (outcome: string) =>
    (await metrics.render()).body.includes(`weir_guardrails_content_records_total{outcome="${outcome}"} 1`);
  return { recorder: made, published, count };
}

describe('ContentRecorder', () => {
  it('keeps the texts of projects that asked for it, sealed, and of no others', async () => {
    const { recorder: made, published, count } = recorder();
    for (const project of ['keeps', 'other', 'gone']) await made.record(about(project), input('a secret'));
    expect(['keeps', 'other', 'gone'].map((project) => made.keeps(project))).toEqual([true, false, false]);
    expect(published).toEqual([{ ...about('keeps'), sealed: expect.any(String) as string }]);
    expect(JSON.stringify(published)).not.toContain('secret');
    const opened = await new ContentSeal('pepper').open('keeps', published[0]?.sealed ?? '');
    expect(opened).toEqual(input('a secret'));
    expect(await count('stored')).toBe(true);
  });

  it('counts what is too large for an event, before it works on it', async () => {
    const { recorder: made, published, count } = recorder();
    await made.record(about('keeps'), input('x'.repeat(2_000_001)));
    expect(await count('too_large')).toBe(true);
    expect(published).toEqual([]);
  });

  it('counts what does not become small enough', async () => {
    const { recorder: made, published, count } = recorder();
    await made.record(about('keeps'), input(randomBytes(900_000).toString('base64')));
    expect(await count('too_large')).toBe(true);
    expect(published).toEqual([]);
  });

  it('never fails its caller', async () => {
    const { recorder: made, count } = recorder(() => Promise.reject(new WeirError('internal', 'the spool is full')));
    await expect(made.record(about('keeps'), input('text'))).resolves.toBeUndefined();
    expect(await count('failed')).toBe(true);
  });
});
