import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const engine = join(root, 'services/inference/engine');

/** Folder of all state; see WEIR_HOME. */
export const home = resolve(root, process.env.WEIR_HOME || '.weir');

/** The pinned Node.js that npm installs. */
export const pinnedNode = join(root, 'node_modules/node/bin/node');
