import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/** Prints a section and, with `--keep`, puts it into docs/benchmarks.md in the place of the section of that name. */
export function report(name: string, body: string): void {
  process.stdout.write(`\n${body}\n`);
  if (!process.argv.includes('--keep')) return;
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const section = `${begin}\n${body}\n${end}`;
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# Benchmarks\n';
  const from = text.indexOf(begin);
  const next =
    from < 0
      ? `${text.trimEnd()}\n\n${section}\n`
      : text.slice(0, from) + section + text.slice(text.indexOf(end) + end.length);
  writeFileSync(FILE, next);
}
