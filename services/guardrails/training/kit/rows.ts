import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a data file. */
export interface Row {
  readonly id: string;
  readonly text: string;
  readonly label: string;
  readonly kind: string;
  readonly source: string;
  readonly file: string;
  readonly categories?: readonly string[];
  readonly unknown?: readonly string[];
  readonly agreement?: number;
  /** Documents: what the document is; `none` as position = nothing was planted. */
  readonly host?: string;
  readonly position?: string;
}

/** Data files, read once, with the SHA-256 of each. */
export class DataFolder {
  readonly sha256 = new Map<string, string>();
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** `file`: name without `.jsonl`. */
  rows(file: string): Row[] {
    const bytes = readFileSync(join(this.#path, `${file}.jsonl`));
    this.sha256.set(file, createHash('sha256').update(bytes).digest('hex'));
    const lines = bytes.toString('utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => ({ ...JSON.parse(line), file }) as Row);
  }
}
