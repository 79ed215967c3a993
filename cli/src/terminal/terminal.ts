import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const LABEL_WIDTH = 14;

/** What a command says to its user: colours on a terminal, plain text elsewhere. */
export class Terminal {
  constructor(private readonly out: NodeJS.WritableStream) {}

  /** Text as it is, for what arrives in pieces. */
  write(text: string): void {
    this.out.write(text);
  }

  line(text = ''): void {
    this.out.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(`\n${this.styled('bold', text)}`);
  }

  /** One named fact, aligned with the others. */
  fact(label: string, text: string): void {
    this.line(`   ${this.styled('dim', label.padEnd(LABEL_WIDTH))} ${text}`);
  }

  good(text: string): void {
    this.line(` ${this.styled('green', '✓')} ${text}`);
  }

  bad(text: string): void {
    this.line(` ${this.styled('red', '✗')} ${text}`);
  }

  /** Rows under a head line, columns as wide as they need. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
    const aligned = (row: readonly string[]) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd();
    this.line(this.styled('dim', aligned(head)));
    for (const row of rows) this.line(aligned(row));
  }

  private styled(style: Style, text: string): string {
    return styleText(style, text, { stream: this.out });
  }
}
