import type { MigrationClass } from '@weir/database';
import { aggregates } from './aggregates.js';
import { alerts } from './alerts.js';
import { drift } from './drift.js';

/** Tables of the monitor, in the order in which they are made. */
export const monitorMigrations: readonly MigrationClass[] = [aggregates, drift, alerts];
