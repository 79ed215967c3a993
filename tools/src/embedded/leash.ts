import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../setup-error.js';

const LEASH = fileURLToPath(new URL('../../embedded/leash.sh', import.meta.url));

export interface LeashedServer {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly pidFile: string;
  /** Output of the server, written anew by each start. */
  readonly logFile: string;
  /** What asks it to stop in good order; SIGKILL follows after `graceSeconds`. */
  readonly signal: 'INT' | 'TERM';
  readonly graceSeconds: number;
}

/**
 * A server that cannot outlive this process: it runs in a session of its own, where Ctrl-C does not reach it, and ends
 * when the pipe from this process closes, be it by `stop()` or by SIGKILL.
 */
export class Leash implements AsyncDisposable {
  get name(): string {
    return this.server.name;
  }

  private constructor(
    private readonly server: LeashedServer,
    private readonly child: ChildProcess,
    /** Settles when the server is gone, with its exit status. */
    readonly ended: Promise<number | null>,
  ) {}

  static async start(server: LeashedServer): Promise<Leash> {
    const log = await open(server.logFile, 'w');
    try {
      const { pidFile, signal, graceSeconds, command, directory, environment } = server;
      const child = spawn('/bin/sh', [LEASH, pidFile, signal, String(graceSeconds), ...command], {
        cwd: directory,
        env: environment,
        detached: true,
        stdio: ['pipe', log.fd, log.fd],
      });
      child.stdin?.on('error', () => child.stdin?.destroy());
      const ended = once(child, 'exit').then(([status]) => status as number | null);
      await once(child, 'spawn');
      return new Leash(server, child, ended);
    } finally {
      await log.close();
    }
  }

  /** Waits until `probe` says yes. Fails at once when the server ends, with the end of its log. */
  async ready(probe: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const gone = this.ended.then(() => 'gone' as const);
    while (true) {
      const answer = await Promise.race([probe().catch(() => false), gone]);
      if (answer === true) return;
      if (answer === 'gone')
        throw new SetupError(`${this.server.name} ended while it started: ${await this.lastWords()}`);
      if (performance.now() > deadline) {
        await this.stop();
        throw new SetupError(
          `${this.server.name} was not ready after ${timeoutMs / 1000} s: ${await this.lastWords()}`,
        );
      }
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 50)), gone]);
    }
  }

  /** Stops the server and waits until it is gone. */
  async stop(): Promise<void> {
    this.child.stdin?.end();
    await this.ended;
  }

  /** Lets this process end without waiting for the server, which then stops. */
  unref(): void {
    this.child.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private async lastWords(): Promise<string> {
    const text = await readFile(this.server.logFile, 'utf8').catch(() => '');
    const lines = text.trim().split('\n').slice(-3).join(' | ').slice(-600);
    return `${lines || 'it wrote nothing'} (log: ${this.server.logFile})`;
  }
}
