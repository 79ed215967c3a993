import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** A command that the README tells its reader to copy, and a text that its output must hold. */
export interface ReadmeCommand {
  readonly command: string;
  readonly shows: string | undefined;
}

/** The commands of the tour: the lines of the `bash` blocks under that heading; `# shows: …` stands before its command. */
export async function readmeCommands(): Promise<ReadmeCommand[]> {
  return commandsIn(await readFile(README, 'utf8'));
}

export function commandsIn(markdown: string): ReadmeCommand[] {
  const [, tour = ''] = /^## A five-minute tour$([\s\S]*?)(?=^## )/m.exec(markdown) ?? [];
  const blocks = [...tour.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body);
  return blocks.flatMap(commandsOf);
}

function commandsOf(block: string): ReadmeCommand[] {
  const commands: ReadmeCommand[] = [];
  let shows: string | undefined;
  for (const line of block.replaceAll('\\\n', ' ').split('\n')) {
    const said = /^# shows: (.+)$/.exec(line)?.[1];
    if (said) shows = said;
    if (!line.trim() || line.startsWith('#')) continue;
    commands.push({ command: line, shows });
    shows = undefined;
  }
  return commands;
}
