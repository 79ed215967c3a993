import type { RegistryKind, RegistryObject } from '@weir/contracts';
import type { Transaction } from '@weir/database';

/** An object as the tables hold it. Its revision grows by one with each change, also over a deletion. */
export interface Stored<T extends RegistryObject = RegistryObject> {
  readonly object: T;
  readonly revision: number;
  readonly deleted: boolean;
}

/** What reads need: a transaction, or the database outside of one. */
export type Queries = Pick<Transaction, 'query'>;

export function stored<T extends RegistryObject>(object: T, revision: number): Stored<T> {
  return { object, revision, deleted: false };
}

/** Key of the object on the state topic. */
export function objectKey(object: { readonly kind: RegistryKind; readonly id: string }): string {
  return `${object.kind}/${object.id}`;
}
