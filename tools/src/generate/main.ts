import { bringUpToDate } from './files.js';
import { GENERATED_FOLDERS, generatedFiles } from './generated-files.js';
import { root } from './root.js';
import { runProgram } from '../lifetime/program.js';

/** Writes the TypeScript of the protos and the reference pages. */
await runProgram(async () => {
  const touched = await bringUpToDate(root, GENERATED_FOLDERS, await generatedFiles(root));
  for (const path of touched) process.stdout.write(`${path}\n`);
  process.stdout.write(touched.length ? '' : 'Everything is up to date.\n');
  return 0;
});
