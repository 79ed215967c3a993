import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { registryV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../run-cli.js';
import { projectRow } from './projects.js';
import { routeRow, routeWith } from './route-options.js';

async function run(...args: string[]): Promise<{ code: number; err: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const code = await runCli({ args, out, err, env: { WEIR_HOME: '/nonexistent/weir-home' } });
  return { code, err: stripVTControlCharacters(String(err.read() ?? '')) };
}

const existing = registryV1.Route.fromPartial({
  alias: 'chat',
  targets: [{ deploymentId: 'd1', weight: 1 }],
  policy: 'strict',
  stagePolicies: { output: 'gentle', document: 'untrusted' },
  maxHoldbackChars: 40,
  onBlockedInput: 'completion',
  onGuardrailsError: 'open',
  organizationId: 'o1',
  projectIds: ['p1'],
  revision: 7,
});

describe('routeWith', () => {
  it('changes nothing that no option names', () => {
    expect(routeWith('chat', existing, {})).toEqual(existing);
  });

  it('changes what is named, and takes single stages away', () => {
    const changed = routeWith('chat', existing, {
      target: ['d1:70', 'd2:30'],
      policy: 'house@3',
      stagePolicy: ['output=', 'tool_result=untrusted'],
      maxHoldback: '0',
      onBlockedInput: 'error',
      onGuardrailsError: 'closed',
    });
    expect(changed).toEqual({
      ...existing,
      targets: [
        { deploymentId: 'd1', weight: 70 },
        { deploymentId: 'd2', weight: 30 },
      ],
      policy: 'house@3',
      stagePolicies: { document: 'untrusted', tool_result: 'untrusted' },
      maxHoldbackChars: 0,
      onBlockedInput: 'error',
      onGuardrailsError: 'closed',
    });
  });

  it('makes a new one where there is none', () => {
    expect(routeWith('new', undefined, { target: ['d1:1'] })).toMatchObject({
      alias: 'new',
      targets: [{ deploymentId: 'd1', weight: 1 }],
      organizationId: '',
      revision: 0,
    });
  });
});

describe('rows', () => {
  it('show what guards a route, and a project', () => {
    expect(routeRow(existing)).toEqual([
      'chat',
      'strict output=gentle document=untrusted',
      'open',
      'completion',
      '40',
      'd1:1',
    ]);
    expect(routeRow(registryV1.Route.fromPartial({ alias: 'a' }))).toMatchObject(['a', 'default', '', '', 'any', '']);
    const project = registryV1.Project.fromPartial({ id: 'p', name: 'web', organizationId: 'o' });
    expect(projectRow(project)).toEqual(['p', 'web', 'o', '-', 'not kept']);
    expect(projectRow({ ...project, policy: 'strict', keepContent: true })).toEqual([
      'p',
      'web',
      'o',
      'strict',
      'kept',
    ]);
  });
});

describe('what was typed', () => {
  it.each([
    ['no target', ['routes', 'put', 'a', '--target', 'd1'], /d1 is no target: write DEPLOYMENT:WEIGHT/],
    ['no policy of a stage', ['routes', 'put', 'a', '--stage-policy', 'strict'], /write STAGE=NAME/],
    ['no hold-back', ['routes', 'put', 'a', '--max-holdback', '-1'], /--max-holdback needs a whole number/],
    [
      'an unknown answer',
      ['routes', 'put', 'a', '--on-blocked-input', 'laugh'],
      /Allowed choices are error, completion/,
    ],
    ['nothing to change', ['projects', 'set', 'p'], /Give --policy NAME, --keep-content or --no-keep-content/],
  ])('%s is answered with 2 and a line', async (_what, args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('is right, but there is nobody to ask', async () => {
    const { code, err } = await run('projects', 'set', 'p', '--no-keep-content');
    expect([code, err]).toEqual([1, expect.stringMatching(/There is no key/)]);
  });
});
