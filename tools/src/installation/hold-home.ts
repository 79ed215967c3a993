import { tryLock } from '../../prepare/lock.mjs';
import type { Home } from '../home/folder.js';
import { SetupError } from '../setup-error.js';

/**
 * Makes this process the only one that runs an installation from this folder.
 * @throws SetupError when another one does
 */
export async function holdHome(home: Home): Promise<AsyncDisposable> {
  const attempt = await tryLock(home.startLock);
  if (!attempt.held) {
    throw new SetupError(
      `Weir runs already from ${home.root} (process ${attempt.pid}): stop it, or set WEIR_HOME to another folder.`,
    );
  }
  return { [Symbol.asyncDispose]: attempt.release };
}
