import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { egressDetectors } from '../../detector/egress/egress-catalogue.js';
import { piiDetectors } from '../../detector/pii/pii-catalogue.js';
import { secretDetectors } from '../../detector/secret/secret-catalogue.js';
import { wordsKind } from '../../detector/words/words-kind.js';
import type { CheckCatalogue } from '../check-catalogue.js';
import { compilePolicy } from '../compile-policy.js';
import { parseDocument, readDocument } from '../compile/read-document.js';
import { wordCheck } from '../compile/sample-catalogue.fixture.js';
import { BUILT_IN_AUTHOR, readPolicyFiles } from './policy-files.js';

const records = readPolicyFiles(fileURLToPath(new URL('../../../policies', import.meta.url)));

/** Weir's own detectors; checks with models only by their names. */
const catalogue: CheckCatalogue = {
  detectors: [...piiDetectors, ...secretDetectors, ...egressDetectors],
  checks: ['prompt-injection', 'toxicity', 'leak'].map((id) => wordCheck(id, id, 1, 400)),
  kinds: [wordsKind],
  normalizer: '1',
};

describe('the policies that come with Weir', () => {
  it('have a name and a version each, and one of them is the default', () => {
    const names = records.map(({ name, version }) => `${name}@${version}`);
    expect(names).toContain('default@1');
    expect(new Set(names).size).toBe(names.length);
    expect(records.every(({ author }) => author === BUILT_IN_AUTHOR)).toBe(true);
  });

  it.each(records.map(({ name, document }) => [name, document]))('%s is a policy', (name, document) => {
    const read = readDocument(parseDocument(document));
    expect(read.name).toBe(name);
    expect(read.description).not.toBe('');
    expect(compilePolicy(parseDocument(document), 1, catalogue).maxHoldback).toBeLessThan(Infinity);
  });
});
