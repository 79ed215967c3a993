import { WeirError } from '@weir/errors';

const MOST_LINE_LENGTH = 1_048_576;

/**
 * The `data` of server-sent events out of text in any pieces. Comments and other fields are skipped; each `data:` line is
 * an item of its own, as every OpenAI-compatible server sends them.
 */
export class SseLines {
  private rest = '';

  /** @throws WeirError `upstream_error` when a line is longer than 1 MiB */
  push(text: string): string[] {
    // Only what is new is searched: a long line in small pieces would otherwise be read again and again.
    const lines = text.includes('\n') ? (this.rest + text).split('\n') : [];
    this.rest = lines.pop() ?? this.rest + text;
    if (this.rest.length > MOST_LINE_LENGTH)
      throw new WeirError('upstream_error', 'The upstream sent an endless line.');
    return lines.flatMap(dataOf);
  }

  /** The item of a last line without its end. */
  flush(): string[] {
    const last = this.rest;
    this.rest = '';
    return dataOf(last);
  }
}

function dataOf(line: string): string[] {
  if (!line.startsWith('data:')) return [];
  const value = line.slice(line.charCodeAt(5) === 32 ? 6 : 5);
  return [value.endsWith('\r') ? value.slice(0, -1) : value];
}
