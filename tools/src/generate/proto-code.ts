import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { run } from '../run.js';
import { filesBelow } from './files.js';

const OUT = 'libs/contracts/src/generated';

interface Template {
  readonly plugins: readonly { readonly local: string }[];
}

/** The TypeScript of the protos as protos/buf.gen.yaml asks for it, by path in the repository. */
export async function protoCode(root: string): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-protos-'));
  try {
    const protos = join(root, 'protos');
    const template = parse(await readFile(join(protos, 'buf.gen.yaml'), 'utf8')) as Template;
    const out = join(folder, 'out');
    const plugins = template.plugins.map((plugin) => ({ ...plugin, local: join(protos, plugin.local), out }));
    const file = join(folder, 'buf.gen.yaml');
    await writeFile(file, stringify({ ...template, plugins }));
    await run(join(root, 'node_modules/.bin/buf'), ['generate', '--template', file], { cwd: protos });
    const files = await filesBelow(out);
    return new Map([...files].map(([path, text]) => [`${OUT}/${path}`, text]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
