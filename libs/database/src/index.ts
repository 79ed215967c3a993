export { coreMigrations } from './core-migrations.js';
export { Database, type DatabaseOptions, type EntityClass } from './database.js';
export { databaseFailure, isTransient, isUniqueViolation } from './failure.js';
export { migration, type MigrationClass } from './migration.js';
export { Transaction, type AppendOptions } from './transaction.js';
