import type { MigrationClass } from '@weir/database';
import { ledger } from './ledger.js';
import { limits } from './limits.js';
import { prices } from './prices.js';

/** Tables of billing, in the order in which they are made. */
export const billingMigrations: readonly MigrationClass[] = [prices, limits, ledger];
