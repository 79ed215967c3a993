// llama.cpp's own server as a peer: built by whoever runs the benchmark, named by --llama-server PATH.
import { freePorts } from '@weir/tools';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { request } from 'undici';
import type { Server } from './generate.ts';

const READY_WITHIN_MS = 60_000;

export interface LlamaServer extends Server, AsyncDisposable {}

export interface LlamaServerOptions {
  readonly path: string;
  readonly model: string;
  readonly slots: number;
  /** Of each slot. */
  readonly contextTokens: number;
  readonly threads: number;
}

export async function startLlamaServer(options: LlamaServerOptions): Promise<LlamaServer> {
  const [port = 0] = await freePorts(1);
  const { path, model, slots, contextTokens, threads } = options;
  const process_ = spawn(
    path,
    ['-m', model, '-np', slots, '-c', slots * contextTokens, '-t', threads, '--port', port, '--host', '127.0.0.1']
      .concat(['--no-webui', '--log-disable'])
      .map(String),
    { stdio: 'ignore', env: { ...process.env, LD_LIBRARY_PATH: dirname(path) } },
  );
  const url = `http://127.0.0.1:${port}`;
  await ready(url, process_);
  return {
    name: 'llama-server',
    url,
    key: 'none',
    model: 'model',
    [Symbol.asyncDispose]: async () => {
      process_.kill('SIGTERM');
      if (process_.exitCode === null && process_.signalCode === null) await once(process_, 'exit');
    },
  };
}

async function ready(url: string, process_: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (process_.exitCode !== null || process_.signalCode !== null) break;
    const status = await request(`${url}/health`).then(
      async (response) => (await response.body.dump(), response.statusCode),
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process_.kill('SIGKILL');
  throw new TypeError('llama-server did not become ready');
}
