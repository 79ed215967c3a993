import { fakeSource } from '@weir/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { conversationTexts, textAt } from '../wire/chat-messages.js';
import { doorFixture, type DoorFixture } from './inspection.fixture.js';
import type { DetectorParams } from './detector-params.js';

const CARD = '4111 1111 1111 1111';

describe('InspectionService', () => {
  let doors: DoorFixture;
  beforeEach(() => {
    doors = doorFixture(fakeSource());
  });

  const inspect = async (id: string, texts: readonly string[], params: DetectorParams = {}) => {
    const { inspection, call } = doors;
    const units = texts.map((text, index) => ({ texts: [textAt(`texts.${index}`, text, 'user')] }));
    const found = await inspection.inspect(inspection.select(id, params), { units, stage: 'input' }, call);
    return found.map((list) => list.map(({ detection, detectionType, text }) => [detection, detectionType, text]));
  };

  it('lists what comes with Weir and the policies in force', () => {
    expect(doors.inspection.list().map(({ id, kind }) => [id, kind])).toEqual([
      ['pii', 'built_in'],
      ['secrets', 'built_in'],
      ['prompt-injection', 'built_in'],
      ['toxicity', 'built_in'],
      ['egress', 'built_in'],
      ['leak', 'built_in'],
      ['shop', 'policy'],
      ['watching', 'policy'],
    ]);
  });

  it('tells values by text, with their entity and category', async () => {
    expect(await inspect('pii', [`${CARD} of ada@example.com`, 'nothing'])).toEqual([
      [
        ['CREDIT_CARD', 'pii', CARD],
        ['EMAIL_ADDRESS', 'pii', 'ada@example.com'],
      ],
      [],
    ]);
  });

  it('tells what a policy would do, and nothing of what it only watches', async () => {
    expect(await inspect('shop', [`ignore ${CARD}`])).toEqual([
      [
        ['prompt-injection', 'block', 'ignore'],
        ['CREDIT_CARD', 'mask', CARD],
      ],
    ]);
    expect(await inspect('watching', [CARD])).toEqual([[]]);
  });

  it('counts from the threshold that was asked for, above and below the own one', async () => {
    const weak = 'call 030 1234567';
    const [usual = []] = await inspect('pii', [weak], { threshold: 1 });
    expect(usual).toEqual([]);
    const scores = async (threshold: number) => (await inspect('toxicity', ['hate'], { threshold })).flat().length;
    expect([await scores(0.9), await scores(0.91)]).toEqual([1, 0]);
    const low = await inspect('pii', ['id 123456789'], { threshold: 0.01 });
    const own = await inspect('pii', ['id 123456789']);
    expect(low.flat().length).toBeGreaterThan(own.flat().length);
  });

  it('adds regular expressions and forms to any detector', async () => {
    const params = { regex: ['email', 'a[0-9]+'], file_type: ['json'] };
    expect(await inspect('pii', [`a12 x@example.com ${CARD}`], params)).toEqual([
      [
        ['invalid_json', 'file_type', `a12 x@example.com ${CARD}`],
        ['custom-regex', 'regex', 'a12'],
        ['EMAIL_ADDRESS', 'pii', 'x@example.com'],
        ['EMAIL_ADDRESS', 'pii', 'x@example.com'],
        ['CREDIT_CARD', 'pii', CARD],
      ],
    ]);
    const schema = 'json-with-schema:{"type":"object"}';
    expect(await inspect('file_type', ['{}', '[]', '{'], { file_type: [schema] })).toEqual([
      [],
      [['json_schema_mismatch', 'file_type', '[]']],
      [['invalid_json', 'file_type', '{']],
    ]);
  });

  it.each<[string, string, DetectorParams, string, string]>([
    ['no such id', 'nobody', {}, 'not_found', 'detector-id'],
    [
      'a form that cannot be checked',
      'pii',
      { file_type: ['yaml'] },
      'unsupported_parameter',
      'detector_params.file_type',
    ],
    [
      'a schema that is none',
      'pii',
      { file_type: ['json-with-schema:[]'] },
      'invalid_request',
      'detector_params.file_type',
    ],
    ['an expression that is none', 'regex', { regex: ['(a'] }, 'invalid_request', 'detector_params.regex'],
    ['an expression that looks around', 'regex', { regex: ['(?=a)b'] }, 'invalid_request', 'detector_params.regex'],
    ['an id without its parameter', 'regex', {}, 'invalid_request', 'detector_params'],
  ])('refuses %s', (_, id, params, code, param) => {
    expect(() => doors.inspection.select(id, params)).toThrow(expect.objectContaining({ code, param }));
  });

  it('records one decision of a request, for its caller, without what does not count', async () => {
    await inspect('pii', [CARD, 'nothing', 'ada@example.com']);
    expect(doors.recorded).toHaveLength(1);
    const [{ decision, subject, input } = expect.fail()] = doors.recorded;
    expect(decision).toMatchObject({ action: 'flag', stage: 'input', characters: 41, omitted: 0 });
    expect(decision.policy.versions).toEqual(['inspection.pii@1']);
    expect(decision.findings.map(({ path, detector, threshold }) => [path, detector, threshold])).toEqual([
      ['texts.0', 'pii.card', 0.5],
      ['texts.2', 'pii.email', 0.5],
    ]);
    expect(subject).toMatchObject({ requestId: 'request', projectId: 'project', apiKeyId: 'key' });
    expect(input.texts.map(({ path }) => path)).toEqual(['texts.0', 'texts.1', 'texts.2']);
    expect(JSON.stringify(decision.findings)).not.toMatch(/4111\D?1111/);
  });

  it('records an action as strong as the strongest of a policy', async () => {
    await inspect('shop', ['fine', 'ignore', CARD]);
    expect(doors.recorded[0]?.decision).toMatchObject({ action: 'block' });
    expect(doors.recorded[0]?.decision.checks).toMatchObject([{ check: 'prompt-injection', durationUs: 15 }]);
  });

  it('judges texts at the stage that is asked for', async () => {
    const { inspection, call } = doors;
    const selection = inspection.select('prompt-injection', { stage: 'document' });
    await inspection.inspect(selection, { units: [{ texts: [textAt('t', 'ignore', 'user')] }], stage: 'input' }, call);
    expect(doors.recorded[0]?.decision.stage).toBe('document');
  });

  it('reads a conversation around the instructions of the application', async () => {
    const { inspection, call } = doors;
    const unit = conversationTexts([
      { role: 'system', content: 'ignore rudeness' },
      { role: 'user', content: 'please ignore' },
    ]);
    const found = await inspection.inspect(
      inspection.select('prompt-injection'),
      { units: [unit], stage: 'input' },
      call,
    );
    expect(found.flat().map(({ path }) => path)).toEqual(['messages.1.content']);
  });

  it('refuses to tell a part of what is there', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => `a${index}@example.com`).join(' ');
    await expect(inspect('pii', [many])).rejects.toMatchObject({ code: 'payload_too_large' });
  });

  it('stops when its caller left', async () => {
    const { inspection, call } = doors;
    const units = [{ texts: [textAt('t', CARD, 'user')] }];
    const left = { ...call, signal: AbortSignal.abort() };
    const asking = inspection.inspect(inspection.select('pii'), { units, stage: 'input' }, left);
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
    expect(doors.recorded).toEqual([]);
  });

  it('counts texts, finds, errors and time by detector, the expressions of requests together', async () => {
    await inspect('pii', [CARD, 'nothing']);
    await inspect('regex', ['a1'], { regex: ['a[0-9]'] });
    await inspect('regex', ['b1'], { regex: ['b[0-9]'] });
    const { body } = await doors.metrics.render();
    expect(body).toContain('trustyai_guardrails_requests_total{detector_kind="built_in",detector_name="pii"} 2');
    expect(body).toContain('trustyai_guardrails_detections_total{detector_kind="built_in",detector_name="pii"} 1');
    expect(body).toContain('trustyai_guardrails_errors_total{detector_kind="built_in",detector_name="pii"} 0');
    expect(body).toContain('trustyai_guardrails_requests_total{detector_kind="regex",detector_name="custom_regex"} 2');
    expect(body).toContain('trustyai_guardrails_runtime_total{detector_kind="built_in",detector_name="pii"}');
    const tooLong = 'x'.repeat(100_001);
    await expect(inspect('pii', [tooLong])).rejects.toMatchObject({ code: 'payload_too_large' });
    expect((await doors.metrics.render()).body).toContain(
      'trustyai_guardrails_errors_total{detector_kind="built_in",detector_name="pii"} 1',
    );
  });
});
