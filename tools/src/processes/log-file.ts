import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MOST_BYTES = 50 * 1024 * 1024;

/** A log that takes at most twice `mostBytes` of disk: the file and the one before it. */
export class LogFile implements Disposable {
  private file: number;
  private bytes: number;

  constructor(
    readonly path: string,
    private readonly mostBytes = MOST_BYTES,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'a', 0o600);
    this.bytes = fstatSync(this.file).size;
  }

  write(line: string): void {
    if (this.bytes > this.mostBytes) this.turnOver();
    this.bytes += writeSync(this.file, line);
  }

  [Symbol.dispose](): void {
    closeSync(this.file);
  }

  private turnOver(): void {
    closeSync(this.file);
    renameSync(this.path, `${this.path}.1`);
    this.file = openSync(this.path, 'a', 0o600);
    this.bytes = 0;
  }
}
