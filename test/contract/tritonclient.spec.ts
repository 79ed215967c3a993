import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startConstellation, type Constellation } from '@weir/tools';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HERE = join(ROOT, 'test/contract/tritonclient');
const run = promisify(execFile);

interface Found {
  readonly live: boolean;
  readonly ready: boolean;
  readonly model_ready: boolean;
  readonly ready_after_load: boolean;
  readonly text: string;
  readonly same: boolean;
  readonly unknown_model: string;
  readonly no_key: string;
  readonly unknown_parameter: string;
  readonly load_refused: string;
  readonly server: { readonly name: string; readonly version: string };
  readonly metadata: {
    readonly name: string;
    readonly versions: readonly string[];
    readonly inputs: readonly object[];
  };
  readonly streamed?: string;
  readonly json_text?: string;
}

/** Python with the client in it, made once for these requirements and kept with the other downloads. */
async function pythonWithClient(): Promise<string> {
  const folder = join(ROOT, '.weir/tritonclient-2.73.0');
  const python = join(folder, 'bin/python');
  const stamp = join(folder, 'installed');
  if (existsSync(stamp)) return python;
  await run('python3', ['-m', 'venv', '--clear', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(HERE, 'requirements.txt')]);
  await run('touch', [stamp]);
  return python;
}

describe('tritonclient, unmodified', () => {
  let weir: Constellation;
  let found: { readonly grpc: Found; readonly http: Found };

  beforeAll(async () => {
    const [python, started] = await Promise.all([pythonWithClient(), startConstellation({ form: 'together' })]);
    weir = started;
    const { demo, admin } = weir.seeded;
    const address = new URL(weir.httpUrl).host;
    const args = [join(HERE, 'check.py'), weir.addresses.router, address, demo.secret, admin.secret, 'smollm2'];
    const { stdout } = await run(python, args, { timeout: 120_000 });
    found = JSON.parse(stdout);
  }, 300_000);
  afterAll(async () => {
    await weir?.[Symbol.asyncDispose]();
  });

  it.each(['grpc', 'http'] as const)('finds the server and its model over %s', async (door) => {
    expect(found[door]).toMatchObject({ live: true, ready: true, model_ready: true, ready_after_load: true });
    const { version } = JSON.parse(await readFile(join(ROOT, 'services/router/package.json'), 'utf8'));
    expect(found[door].server).toMatchObject({ name: 'weir', version });
    expect(found[door].metadata).toMatchObject({ name: 'smollm2', versions: ['1'] });
    expect(found[door].metadata.inputs).toMatchObject([{ name: 'text_input', datatype: 'BYTES' }]);
  });

  it('gets the same text over both doors, raw, as JSON and streamed', () => {
    const { grpc, http } = found;
    expect(grpc.text.length).toBeGreaterThan(0);
    expect([grpc.same, http.same]).toEqual([true, true]);
    expect([http.text, http.json_text, grpc.streamed]).toEqual([grpc.text, grpc.text, grpc.text]);
  });

  it.each(['grpc', 'http'] as const)('is refused with a reason over %s', (door) => {
    expect(found[door].unknown_model).toMatch(/does not exist/);
    expect(found[door].no_key).toMatch(/API key/);
    expect(found[door].unknown_parameter).toMatch(/parameters\.beams is not known/);
    expect(found[door].load_refused).toMatch(/scope/);
  });
});
