import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { databaseFailure, isTransient, isUniqueViolation } from './failure.js';
import { migration } from './migration.js';
import { rowsOf } from './transaction.js';

const postgres = (code: string, constraint?: string) =>
  Object.assign(new Error('query failed'), { driverError: { code, constraint } });

describe('database failures', () => {
  it('knows a unique violation, also by its constraint', () => {
    expect(isUniqueViolation(postgres('23505', 'models_name'))).toBe(true);
    expect(isUniqueViolation(postgres('23505', 'models_name'), 'models_name')).toBe(true);
    expect(isUniqueViolation(postgres('23505', 'models_name'), 'other')).toBe(false);
    expect(isUniqueViolation(new Error('x'))).toBe(false);
  });

  it.each(['40001', '40P01'])('runs a transaction again after %s', (code) => {
    expect(isTransient(postgres(code))).toBe(true);
    expect(isTransient(postgres('23505'))).toBe(false);
  });

  it.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    postgres('57P01'),
    postgres('08006'),
    new Error('Connection terminated unexpectedly'),
  ])('calls a lost connection database_unavailable', (error) => {
    expect(databaseFailure(error)).toMatchObject({ code: 'database_unavailable', retriable: true });
  });

  it.each(['55P03', '57014'])('calls a timeout (%s) database_unavailable', (code) => {
    expect(databaseFailure(postgres(code))).toMatchObject({ code: 'database_unavailable', retriable: true });
  });

  it('leaves every other error as it is', () => {
    const typed = new WeirError('not_found', 'gone');
    const other = postgres('23505');
    expect(databaseFailure(typed)).toBe(typed);
    expect(databaseFailure(other)).toBe(other);
  });
});

describe('migration', () => {
  it('orders by date and number', () => {
    const First = migration('20260101_001_one', []);
    const Second = migration('20260101_002_two', []);
    const [first, second] = [new First(), new Second()].map((one) => Number(one.name?.slice(-13)));
    expect(first).toBeLessThan(second ?? 0);
  });

  it('refuses a name out of form', () => {
    expect(() => migration('add-things', [])).toThrow('YYYYMMDD_NNN_what');
  });
});

describe('rowsOf', () => {
  it('reads the rows of every kind of statement', () => {
    expect(rowsOf([{ a: 1 }])).toEqual([{ a: 1 }]);
    expect(rowsOf([[{ a: 1 }], 1])).toEqual([{ a: 1 }]);
    expect(rowsOf([[], 0])).toEqual([]);
    expect(rowsOf(undefined)).toEqual([]);
  });
});
