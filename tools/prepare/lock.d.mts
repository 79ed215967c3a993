export type LockAttempt =
  { readonly held: true; readonly release: () => Promise<void> } | { readonly held: false; readonly pid: number };

/** A file that one living process holds; see lock.mjs. */
export function tryLock(path: string): Promise<LockAttempt>;
