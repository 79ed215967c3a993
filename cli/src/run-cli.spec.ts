import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';
import { Terminal } from './terminal/terminal.js';

/** What was written, without colours: FORCE_COLOR asks for them also where there is no terminal. */
const written = (stream: PassThrough): string => stripVTControlCharacters(String(stream.read() ?? ''));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const code = await runCli({ args, out, err, env: { WEIR_HOME: '/nonexistent/weir-home' } });
  return { code, out: written(out), err: written(err) };
}

describe('weir', () => {
  it('lists its commands', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const command of ['demo', 'models', 'routes', 'keys', 'limits', 'engines', 'devices', 'eval', 'doctor'])
      expect(out).toContain(command);
  });

  it.each([
    ['an unknown command', 2, ['fly'], /unknown command 'fly'/],
    ['a missing option', 2, ['limits', 'put'], /required option/],
    ['no key', 1, ['models', 'list'], /^weir: There is no key in \/nonexistent\/weir-home\/keys\/admin: .*\n$/],
    [
      'a file that is not there',
      1,
      ['eval', 'run', '/nonexistent.jsonl', '--model', 'm'],
      /^weir: .*cannot be read\.\n$/,
    ],
  ])('answers %s with %i and a line', async (_what, expected, args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(expected);
    expect(err).toMatch(message);
  });

  it('counts what the doctor found wrong', async () => {
    const { code, out, err } = await run('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ key admin/);
    expect(err).toMatch(/^weir: \d+ checks failed\.\n$/);
  });
});

describe('Terminal', () => {
  it('writes plain text where there is no terminal, in columns', () => {
    const out = new PassThrough();
    const terminal = new Terminal(out);
    terminal.table(
      ['NAME', 'N'],
      [
        ['long name', '1'],
        ['b', '22'],
      ],
    );
    terminal.good('done');
    expect(written(out)).toBe('NAME       N\nlong name  1\nb          22\n ✓ done\n');
  });

  it('draws a bar on a terminal only', () => {
    const plain = new PassThrough();
    new Terminal(plain).progress('half', 0.5);
    new Terminal(plain).endProgress();
    expect(plain.read()).toBeNull();
    const screen = Object.assign(new PassThrough(), { isTTY: true });
    new Terminal(screen).progress('half', 0.5);
    expect(written(screen)).toMatch(/█{15}░{15} {2}50 % half/);
  });
});
