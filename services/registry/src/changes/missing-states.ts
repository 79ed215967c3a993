import { objectKey } from './stored.js';
import type { ObjectRevision } from './states.repository.js';

/** Objects whose newest revision the topic does not have. `published`: newest revision on the topic by object key. */
export function missingStates(
  objects: readonly ObjectRevision[],
  published: ReadonlyMap<string, number>,
): ObjectRevision[] {
  return objects.filter((object) => (published.get(objectKey(object)) ?? 0) < object.revision);
}
