import type { MigrationInterface, QueryRunner } from 'typeorm';

export type MigrationClass = new () => MigrationInterface;

const NAME = /^(\d{8})_(\d{3})_[a-z0-9_]+$/;

/**
 * A forward-only migration from SQL statements, run in one transaction inside the service's schema.
 * @param name `YYYYMMDD_NNN_what`, unique and ascending within a service.
 */
export function migration(name: string, statements: readonly string[]): MigrationClass {
  const match = NAME.exec(name);
  if (!match) throw new TypeError(`migration name ${name} is not YYYYMMDD_NNN_what`);
  // TypeORM orders migrations by the last 13 digits of their name, read as a timestamp.
  const ordered = `${name}${match[1]}${match[2]}00`;
  return class implements MigrationInterface {
    readonly name = ordered;

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }

    async down(): Promise<void> {
      throw new TypeError(`${name} cannot be undone; write a new migration`);
    }
  };
}
