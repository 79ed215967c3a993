import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const LABEL_WIDTH = 14;
const BAR_WIDTH = 30;

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

  /** The whole answer for programs. */
  json(value: unknown): void {
    this.line(JSON.stringify(value, undefined, 2));
  }

  /** A bar that is drawn over and over on a terminal, and not at all elsewhere. */
  progress(label: string, share: number): void {
    if (!('isTTY' in this.out) || !this.out.isTTY) return;
    const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    this.out.write(`\r\u001b[2K ${bar} ${(share * 100).toFixed(0).padStart(3)} % ${label}`);
  }

  /** Takes the bar away. */
  endProgress(): void {
    if ('isTTY' in this.out && this.out.isTTY) this.out.write('\r\u001b[2K');
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
