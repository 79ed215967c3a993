import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingStates } from './missing-states.js';
import type { ObjectRevision } from './states.repository.js';
import { objectKey } from './stored.js';

const model = (id: string, revision: number): ObjectRevision => ({ kind: 'model', id, revision });

describe('missingStates', () => {
  it('finds what a topic does not have, or has older', () => {
    const objects = [model('same', 2), model('absent', 1), model('older', 3), model('newer', 1)];
    const published = new Map([
      ['model/same', 2],
      ['model/older', 2],
      ['model/newer', 5],
      ['model/unknown', 1],
    ]);
    expect(missingStates(objects, published).map(({ id }) => id)).toEqual(['absent', 'older']);
  });

  it('finds everything on an empty topic and nothing on a complete one', () => {
    const revisions = fc.array(fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(revisions, (given) => {
        const objects = given.map((revision, index) => model(`m${index}`, revision));
        expect(missingStates(objects, new Map())).toEqual(objects);
        const complete = new Map(objects.map((object) => [objectKey(object), object.revision]));
        expect(missingStates(objects, complete)).toEqual([]);
      }),
    );
  });
});
