import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';

/** Installs what the lock file of `directory` names, unless exactly that is installed. */
export async function install(directory, label) {
  if (await isInstalled(directory)) return;
  await step(label, async () => {
    try {
      await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: directory });
    } catch (error) {
      throw new Problem(`npm ci failed in ${directory}: ${lastLines(error.message)}`);
    }
  });
}

/** npm writes its own list of what it installed as its last step: an interrupted `npm ci` has none. */
async function isInstalled(directory) {
  const [wanted, installed] = await Promise.all([
    readPackages(join(directory, 'package-lock.json')),
    readPackages(join(directory, 'node_modules/.package-lock.json')),
  ]);
  if (!wanted) throw new Problem(`${directory} has no readable package-lock.json: restore it from the repository.`);
  return installed !== undefined && matches(wanted, installed);
}

/** Packages for other platforms are in the lock file and not installed; everything else is in both. */
export function matches(wanted, installed) {
  const missing = Object.entries(wanted).filter(
    ([path, entry]) => path.includes('node_modules/') && !installed[path] && !entry.optional,
  );
  const changed = Object.entries(installed).filter(([path, entry]) => wanted[path]?.version !== entry.version);
  return missing.length === 0 && changed.length === 0;
}

async function readPackages(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function lastLines(text) {
  return text.trim().split('\n').slice(-4).join(' | ');
}
