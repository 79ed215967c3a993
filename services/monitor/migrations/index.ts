import type { MigrationClass } from '@weir/database';

export const monitorMigrations: readonly MigrationClass[] = [];
