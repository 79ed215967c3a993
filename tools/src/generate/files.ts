import { globSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The text of each file below a folder, by its path from there, in order. */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = globSync('**/*', { cwd: folder, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = paths.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const);
  return new Map(await Promise.all(read));
}

/** Paths below `folders` that differ from what they should be, are missing, or should not be there; sorted. */
export async function outdated(
  root: string,
  folders: readonly string[],
  wanted: ReadonlyMap<string, string>,
): Promise<string[]> {
  const present = new Map<string, string>();
  for (const folder of folders) {
    for (const [path, text] of await filesBelow(join(root, folder))) present.set(`${folder}/${path}`, text);
  }
  const paths = new Set([...present.keys(), ...wanted.keys()]);
  return [...paths].filter((path) => present.get(path) !== wanted.get(path)).sort();
}

/** Writes what differs and removes what should not be there; returns the paths it touched. */
export async function bringUpToDate(
  root: string,
  folders: readonly string[],
  wanted: ReadonlyMap<string, string>,
): Promise<string[]> {
  const paths = await outdated(root, folders, wanted);
  for (const path of paths) {
    const text = wanted.get(path);
    if (text === undefined) {
      await rm(join(root, path));
      continue;
    }
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return paths;
}
