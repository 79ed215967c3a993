import { createHash } from 'node:crypto';
import { realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WeirError } from '@weir/errors';

/**
 * Holds a folder for one process: two that replay one spool would delete each other's events. The lock is a listening
 * Unix socket, because the kernel lets go of it whatever way the process ends.
 */
export class DirectoryLock implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws WeirError `invalid_configuration` when another process, or this one, holds the folder. */
  static async acquire(directory: string): Promise<DirectoryLock> {
    const digest = createHash('sha256')
      .update(await realpath(directory))
      .digest('hex')
      .slice(0, 24);
    const path = join(tmpdir(), `weir-spool-${digest}.sock`);
    for (let attempt = 0; attempt < 2; attempt++) {
      const server = await listen(path);
      if (server) return new DirectoryLock(server);
      if (await answers(path)) break;
      await unlink(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    throw new WeirError(
      'invalid_configuration',
      `The spool folder ${directory} is used by another process; give each its own.`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
