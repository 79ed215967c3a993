import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { install } from './install.mjs';
import { lock } from './lock.mjs';
import { watchParents } from './parents.mjs';
import { engine, home, pinnedNode, root } from './paths.mjs';
import { fail, Problem } from './problem.mjs';
import { step } from './progress.mjs';
import { requireMachine } from './requirements.mjs';
import { run } from './run.mjs';

/**
 * Makes the repository ready (packages, build) and then becomes `program`, a file of the built tools, under the pinned Node.js.
 * @param {string} program path below tools/dist
 * @param {{ infrastructure?: boolean, model?: boolean, protoCode?: boolean }} needs what the machine has to offer, and
 *   whether the code of the protos is written first: without it, what uses a new message does not build
 */
export async function enter(program, { infrastructure = false, model = false, protoCode = false } = {}) {
  try {
    await requireMachine({ infrastructure, model });
    await prepare(protoCode);
    become(join(root, 'tools/dist', program), process.argv.slice(2));
  } catch (error) {
    fail(error);
  }
}

/** Installs and builds; one process at a time. */
async function prepare(protoCode) {
  const held = await lock(join(root, '.weir/prepare.lock'), (pid) => {
    process.stderr.write(`weir: waiting for process ${pid}, which prepares the same folder\n`);
  });
  try {
    await install(root, 'Installing packages');
    await install(engine, 'Installing the engine');
    if (protoCode) await generateProtoCode();
    await build();
  } finally {
    await held.release();
  }
}

async function generateProtoCode() {
  await step('Generating the code of the protos', () =>
    run(join(root, 'node_modules/.bin/buf'), ['generate'], { cwd: join(root, 'protos') }),
  );
}

async function build() {
  await step('Building', async () => {
    try {
      await run(pinnedNode, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root });
    } catch (error) {
      throw new Problem(`the build failed: ${error.message}`);
    }
  });
}

/** The program hears of the death of this process by its IPC channel, and this one of its parents' by looking. */
function become(file, args) {
  const environment = {
    ...process.env,
    WEIR_HOME: home,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  };
  const child = spawn(pinnedNode, ['--enable-source-maps', file, ...args], {
    cwd: root,
    env: environment,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  watchParents(() => child.kill('SIGTERM'));
  child.once('error', fail);
  child.once('exit', (status, signal) => process.exit(signal ? 128 : (status ?? 1)));
}
