import { fork, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface Mock extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  stats(): Promise<{ requests: number; completed: number; aborted: number; abortedAt: number[] }>;
}

/** The mock upstream in a process of its own. */
export async function startMock(): Promise<Mock> {
  const child = fork(here('./mock-upstream.ts'), { stdio: 'inherit' });
  const [message] = (await once(child, 'message')) as [{ port: number }];
  const url = `http://127.0.0.1:${message.port}`;
  return {
    url,
    pid: child.pid ?? 0,
    stats: async () => (await (await fetch(`${url}/stats`)).json()) as Awaited<ReturnType<Mock['stats']>>,
    [Symbol.asyncDispose]: () => stop(child),
  };
}

export interface Peer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** Portkey's gateway, bare: no keys, limits, guards or events. */
export async function startPortkey(port: number): Promise<Peer> {
  const folder = await installPeers('portkey');
  const script = `${folder}/node_modules/@portkey-ai/gateway/build/start-server.js`;
  const child = spawn(process.execPath, [script, `--port=${port}`, '--headless'], {
    stdio: 'ignore',
    env: { ...process.env, PORT: String(port), NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
  });
  const url = `http://127.0.0.1:${port}`;
  await reachable(url);
  return { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) };
}

/** Installs the packages of bench/peers/NAME once, from their own lock file, without running any of their scripts. */
export async function installPeers(name: string): Promise<string> {
  const folder = here(`../peers/${name}`);
  if (existsSync(`${folder}/node_modules`)) return folder;
  const install = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
  const [code] = (await once(install, 'exit')) as [number];
  if (code !== 0) throw new TypeError(`npm ci of bench/peers/${name} failed`);
  return folder;
}

async function reachable(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new TypeError(`${url} did not answer`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 3000);
  await exited;
  clearTimeout(forced);
}
