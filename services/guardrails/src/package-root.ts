import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A folder of this package, whether its code runs from source or built. */
export function packageFolder(name: string, from: string = import.meta.dirname): string {
  const parent = dirname(from);
  return existsSync(join(from, 'package.json')) || parent === from ? join(from, name) : packageFolder(name, parent);
}
