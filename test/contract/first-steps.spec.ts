import { execFile } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { inferenceV1 } from '@weir/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../cli/src/run-cli.js';
import { startConstellation, type Constellation } from '@weir/tools';
import { readmeCommands, type ReadmeCommand } from './readme-commands.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const commands = await readmeCommands();

const written = (stream: PassThrough): string => stripVTControlCharacters(String(stream.read() ?? ''));

describe('the first steps of a user', () => {
  let weir: Constellation;

  beforeAll(async () => {
    weir = await startConstellation({ form: 'together' });
  }, 120_000);
  afterAll(async () => {
    await weir?.[Symbol.asyncDispose]();
  });

  const environment = () => {
    const { hostname, port } = new URL(weir.httpUrl);
    return {
      ...weir.environment,
      WEIR_HOST: hostname,
      WEIR_HTTP_PORT: port,
      WEIR_GRPC_PORT: weir.addresses.router.split(':')[1],
    };
  };
  const cli = async (...args: string[]) => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const code = await runCli({ args, out, err, env: environment() });
    return { code, out: written(out), err: written(err) };
  };
  /** The same command, for the addresses and keys of this constellation. */
  const here = (command: string) =>
    command
      .replaceAll('http://127.0.0.1:8080', weir.httpUrl)
      .replaceAll('127.0.0.1:9090', weir.addresses.router)
      .replaceAll('.weir/keys', weir.home.keys)
      .replaceAll('npx weir', `${process.execPath} cli/bin/weir.mjs`);

  it('weir demo tells its story, and all of it happens', async () => {
    const { code, out, err } = await cli('demo');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/mask by pii\.card, characters 18 to 37/);
    expect(out).toMatch(/weir\.inference\.completed\.v1, partition \d, offset \d+/);
    expect(out.trimEnd().endsWith('All of it happened.')).toBe(true);
  });

  it('weir demo ends with 1 and one line when a part of it cannot happen', async () => {
    const { code, err } = await cli('demo', '--model', 'nobody');
    expect(code).toBe(1);
    expect(err).toMatch(/^weir: .*\n$/);
  });

  it('weir doctor finds nothing wrong', async () => {
    const { code, out } = await cli('doctor');
    expect(out).not.toContain('✗');
    expect(code).toBe(0);
  });

  it('a key is created, listed and revoked', async () => {
    const created = await cli('keys', 'create', 'tour', '--scope', 'inference', '--days', '1');
    expect(created.err).toBe('');
    const id = /^\s+id\s+(\S+)$/m.exec(created.out)?.[1] ?? '';
    const secret = /^\s+secret\s+(\S+)$/m.exec(created.out)?.[1] ?? '';
    expect(secret).toMatch(/^weir_/);
    const listed = await cli('keys', 'list');
    expect(listed.out).toContain(id);
    expect(listed.out).not.toContain(secret);
    expect((await cli('keys', 'revoke', id)).code).toBe(0);
    expect((await cli('keys', 'list')).out).toMatch(new RegExp(`${id}.*revoked`));
  });

  it('models, routes and limits are listed, and a limit is put', async () => {
    expect((await cli('models', 'list')).out).toContain('smollm2');
    expect((await cli('routes', 'list')).out).toMatch(/smollm2\s+default\s+closed/);
    const id = weir.seeded.demo.id;
    const put = await cli(
      'limits',
      'put',
      '--id',
      id,
      '--dimension',
      'tokens',
      '--window',
      'day',
      '--amount',
      '1000000',
    );
    expect(put.err).toBe('');
    expect((await cli('limits', 'list', '--id', id)).out).toMatch(/1000000\s+tokens\s+day/);
  });

  it('a suite is run through the front door, and a threshold decides the exit code', async () => {
    const suite = 'services/evaluator/suites/basics.jsonl';
    const run = await cli('eval', 'run', suite, '--model', 'smollm2', '--concurrency', '8');
    expect(run.err).toBe('');
    expect(run.out).toMatch(/completed 16\/16/);
    expect(run.out).toMatch(/exact_match\s+[01]\.\d{4} ± [01]\.\d{4} \(9 samples\)/);
    const failed = await cli('eval', 'run', suite, '--model', 'smollm2', '--concurrency', '8', '--threshold', '1');
    expect(failed).toMatchObject({ code: 1, err: 'weir: The score is below 1.\n' });
  });

  it('the README has a tour', () => {
    expect(commands.length).toBeGreaterThan(5);
  });

  it.each(commands.filter(({ command }) => !command.startsWith('grpcurl')))('README: $command', async (one) => {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here(one.command)], {
      cwd: ROOT,
      env: { ...process.env, ...environment() },
    });
    expect(stdout.trim()).not.toBe('');
    if (one.shows) expect(stdout).toContain(one.shows);
  });

  // grpcurl is not needed to build Weir: its line is taken apart and the call is made with the same method and message.
  it.each(commands.filter(({ command }) => command.startsWith('grpcurl')))('README: $command', async (one) => {
    const { method, message } = grpcurlCall(one);
    expect(method).toBe(`${inferenceV1.InferenceServiceDefinition.fullName}/ChatStream`);
    const client = weir.clientsWith(weir.seeded.demo.secret).client('router', inferenceV1.InferenceServiceDefinition);
    let text = '';
    for await (const { delta } of client.chatStream(message)) text += delta;
    expect(text).not.toBe('');
  });
});

function grpcurlCall({ command }: ReadmeCommand): { method: string; message: inferenceV1.ChatStreamRequest } {
  const [, json = '', method = ''] = /-d '([^']+)' \S+ (\S+)\s*$/.exec(command) ?? [];
  return { method, message: inferenceV1.ChatStreamRequest.fromPartial(JSON.parse(json) as object) };
}
