/** Levels that JSON of a request may have, wherever it is taken as it is. */
export const MAX_JSON_LEVELS = 64;

/** Whether a parsed JSON value is nested deeper; it goes no deeper itself, so that no stack can overflow. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
