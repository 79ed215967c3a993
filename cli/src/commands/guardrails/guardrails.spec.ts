import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { guardrailsV1 } from '@weir/contracts';
import { Command } from 'commander';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../cli-error.js';
import { findInstallation } from '../../surroundings/installation.js';
import { Terminal } from '../../terminal/terminal.js';
import { durationMs, flipLine, isFlip, Summary } from './replay.js';
import { guardrailsCommand, historyRow, policyRow } from './guardrails.js';
import { policyName, readPolicy } from './policy-input.js';
import { batchesOf, promptParts } from './prompt-lines.js';

const { Action, PolicyInfo, PolicyVersion, ReplayPolicyResponse, Stage } = guardrailsV1;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-cli-'));
  await writeFile(join(folder, 'policy.json'), '{"name": "a", "version": 7, "rules": []}');
  await writeFile(join(folder, 'list.json'), '[1');
  await writeFile(join(folder, 'empty.jsonl'), '\n\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<Command> {
  const installation = () => findInstallation({ WEIR_HOME: '/nonexistent/weir-home' });
  const command = guardrailsCommand({ terminal: new Terminal(new PassThrough()), installation });
  for (const one of [command, ...command.commands]) one.exitOverride().configureOutput({ writeErr: () => undefined });
  return command.parseAsync(args, { from: 'user' });
}

describe('weir guardrails', () => {
  it.each([
    ['a name that is none', ['show', '@2'], /names no policy/],
    ['a version that is none', ['diff', 'default@0'], /names no policy/],
    ['no note', ['publish', 'x.json', '--note', ' '], /--note needs a text/],
    ['no inputs to replay', ['replay', '--policy', 'a'], /Give either --since or --file/],
    ['both inputs', ['replay', '--policy', 'a', '--since', '1h', '--file', 'f'], /Give either --since or --file/],
    ['a baseline for recorded inputs', ['replay', '--policy', 'a', '--since', '1h', '--baseline', 'b'], /--baseline/],
    ['a project for a file', ['replay', '--policy', 'a', '--file', 'f', '--project', 'p'], /--project/],
    ['no duration', ['replay', '--policy', 'a', '--since', 'long'], /is no duration/],
    ['an approval without end', ['approve', 'r', '--note', 'n', '--seconds', '0'], /--seconds needs/],
  ])('refuses %s as wrong input', async (_what, args, message) => {
    const failed = await run(...args).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(InputError);
    expect(String(failed)).toMatch(message);
  });

  it('needs files that it can read, and a key', async () => {
    await expect(run('check', join(folder, 'none.json'))).rejects.toThrow(/cannot be read/);
    await expect(run('check', join(folder, 'list.json'))).rejects.toThrow(/not a JSON object/);
    await expect(run('replay', '--policy', 'a', '--file', join(folder, 'empty.jsonl'))).rejects.toThrow(/no prompts/);
    await expect(run('check', join(folder, 'policy.json'))).rejects.toThrow(/There is no key/);
  });
});

describe('what was typed', () => {
  it('is a policy by name, or one version of it', () => {
    expect(policyName('default')).toEqual({ name: 'default', version: 0 });
    expect(policyName('a.b-c@12')).toEqual({ name: 'a.b-c', version: 12 });
  });

  it('is a policy in a file, whose version is given when it is published', async () => {
    expect(await readPolicy(join(folder, 'policy.json'))).toBe('{"name":"a","rules":[]}');
  });

  it('is a duration', () => {
    expect(['90s', '30m', '24h', '7d'].map(durationMs)).toEqual([90_000, 1_800_000, 86_400_000, 604_800_000]);
    for (const text of ['', '5', 'h', '1.5h', '-1h', '1w']) expect(() => durationMs(text)).toThrow(/is no duration/);
  });
});

describe('prompts of a file', () => {
  it('are JSON objects or plain texts, called after their lines', () => {
    const lines = ['{"text": "a", "id": 7, "stage": "document", "role": "tool"}', '', 'plain {text}', '{not json'];
    expect(promptParts(lines.join('\r\n'))).toEqual([
      { path: '7', text: 'a', stage: Stage.STAGE_DOCUMENT, role: 'tool' },
      { path: 'line 3', text: 'plain {text}', stage: Stage.STAGE_INPUT, role: '' },
      { path: 'line 4', text: '{not json', stage: Stage.STAGE_INPUT, role: '' },
    ]);
  });

  it.each([
    ['{"prompt": "x"}', /Line 1 has no "text"/],
    ['{"text": "x", "stage": "later"}', /Line 1: the stage is none of input, output/],
    ['{"text": "x", "role": 3}', /Line 1: the role/],
  ])('%s is refused', (line, message) => {
    expect(() => promptParts(line)).toThrow(message);
  });

  it('go in messages that are not too large, none lost, in order', () => {
    const part = fc.integer({ min: 0, max: 300_000 }).map((length) => ({
      path: 'p',
      text: 'x'.repeat(length),
      role: '',
      stage: Stage.STAGE_INPUT,
    }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const batches = [...batchesOf(parts)];
        expect(batches.flat()).toEqual(parts);
        for (const batch of batches) {
          const chars = batch.reduce((sum, { text }) => sum + text.length, 0);
          expect(batch.length === 1 || chars <= 500_000).toBe(true);
          expect(batch).not.toHaveLength(0);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('answers', () => {
  const flip = ReplayPolicyResponse.fromPartial({
    id: 'r1',
    stage: Stage.STAGE_INPUT,
    before: Action.ACTION_ALLOW,
    after: Action.ACTION_REQUIRE_APPROVAL,
    detectors: ['pii.card'],
  });
  const counts = ReplayPolicyResponse.fromPartial({ replayed: 40, unreadable: 2 });

  it('show a flip and sum up', () => {
    expect([isFlip(flip), isFlip(counts)]).toEqual([true, false]);
    expect(flipLine(flip)).toBe('r1 input: allow → require_approval (pii.card)');
    const summary = new Summary();
    for (const answer of [flip, flip, counts, counts]) summary.add(answer);
    expect(summary.line()).toBe('2 of 80 would flip (allow → require_approval: 2); 4 could not be decided again');
    expect(new Summary().line()).toBe('0 of 0 would flip');
  });

  it('show policies and versions', () => {
    const info = PolicyInfo.fromPartial({
      name: 'a',
      version: 3,
      mode: 'shadow',
      maxHoldbackChars: 40,
      detectors: ['x'],
    });
    expect(policyRow(info)).toEqual(['a', '3', 'shadow', '40 characters', '1', '']);
    expect(policyRow({ ...info, maxHoldbackChars: 2 ** 32 - 1 })[3]).toBe('whole text');
    const version = PolicyVersion.fromPartial({ info, author: 'operator', note: 'why', createdAtMs: 0 });
    expect(historyRow(version)).toEqual(['3', 'with Weir', 'operator', 'why']);
    expect(historyRow({ ...version, createdAtMs: 1, note: '' })).toEqual([
      '3',
      '1970-01-01T00:00:00.001Z',
      'operator',
      '-',
    ]);
  });
});
