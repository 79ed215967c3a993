import { describe, expect, it } from 'vitest';
import type { DecidedFinding } from '../../check/decision.js';
import { readWith } from '../wire/door-body.js';
import { fileTypeDocument, namesOf, REGEX_NAMES, regexDocument } from './custom-checks.js';
import { detectorMap, detectorParams } from './detector-params.js';

interface Document {
  readonly checks: Readonly<Record<string, object>>;
  readonly rules: readonly { readonly check: string; readonly action: string; readonly threshold: number }[];
}

const checksOf = (document: object) => (document as Document).rules.map(({ check }) => check);
const definitionsOf = (document: object) => (document as Document).checks;
const found = (detector: string, entity: string, category = 'format') =>
  ({ detector, entity, category }) as DecidedFinding;

describe('the expressions of a request', () => {
  it('have seven names, each for what Weir finds in its place', () => {
    expect(REGEX_NAMES).toHaveLength(7);
    for (const name of REGEX_NAMES) {
      const checks = checksOf(regexDocument([name]));
      expect(checks.length, name).toBeGreaterThan(0);
      expect(checks.every((check) => check.startsWith('pii.'))).toBe(true);
      expect(definitionsOf(regexDocument([name]))).toEqual({});
    }
  });

  it('are names, expressions or both, each once', () => {
    const document = regexDocument(['email', 'A-[0-9]+', 'email', 'b+']);
    expect(checksOf(document)).toEqual(['pii.email', 'custom-regex']);
    expect(definitionsOf(document)).toEqual({ 'custom-regex': { kind: 'regex', regexes: ['A-[0-9]+', 'b+'] } });
    expect((document as Document).rules.every(({ action, threshold }) => action === 'flag' && threshold === 0)).toBe(
      true,
    );
  });

  it('know the place holder of the registry for what it is', () => {
    expect(checksOf(regexDocument(['$CUSTOM_REGEX']))).toEqual([]);
  });
});

describe('the forms of a request', () => {
  it('are checks of their own, in order', () => {
    expect(definitionsOf(fileTypeDocument(['json', 'xml', 'json-with-schema:{"type":"object"}']))).toEqual({
      'file-type.0': { kind: 'json' },
      'file-type.1': { kind: 'xml' },
      'file-type.2': { kind: 'json_schema', schema: { type: 'object' } },
    });
  });

  it.each(['yaml', 'yaml-with-schema:{}', 'xml-with-schema:<x/>', 'jsonish', 'JSON', 'json-with-schema'])(
    'that cannot be checked are refused: %s',
    (form) => {
      expect(() => fileTypeDocument([form])).toThrow(
        expect.objectContaining({ code: 'unsupported_parameter', param: 'detector_params.file_type' }),
      );
    },
  );

  it('do not quote all of a long name', () => {
    expect(() => fileTypeDocument(['y'.repeat(1_000)])).toThrow(/^.{1,80}$/);
  });

  it.each([
    'json-with-schema:',
    'json-with-schema:{',
    'json-with-schema:[]',
    'json-with-schema:7',
    'json-with-schema:null',
  ])('need a schema that is one: %s', (form) => {
    expect(() => fileTypeDocument([form])).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: 'The schema of a file type is no JSON Schema.' }),
    );
  });
});

describe('what is found', () => {
  it.each([
    [found('pii.email', 'EMAIL_ADDRESS', 'pii'), 'EMAIL_ADDRESS', 'pii'],
    [found('custom-regex', 'custom-regex', 'custom'), 'custom-regex', 'regex'],
    [found('file-type.0', 'json/syntax'), 'invalid_json', 'file_type'],
    [found('file-type.1', 'xml/syntax'), 'invalid_xml', 'file_type'],
    [found('file-type.2', 'json_schema/syntax'), 'invalid_json', 'file_type'],
    [found('file-type.2', 'json_schema/invalid'), 'json_schema_mismatch', 'file_type'],
  ])('has the names that TrustyAI’s clients know: %o', (finding, detection, detectionType) => {
    expect(namesOf(finding)).toEqual({ detection, detectionType });
  });
});

describe('the parameters of a detector', () => {
  it('may be null or absent, one by one and altogether', () => {
    for (const value of [null, undefined, {}, { threshold: null, regex: null, file_type: null, stage: null }])
      expect(readWith(detectorParams, value)).toEqual({});
    expect(readWith(detectorMap, { pii: null, egress: { threshold: 0 } })).toEqual({
      pii: {},
      egress: { threshold: 0 },
    });
  });

  it('take one text for a list of it', () => {
    expect(readWith(detectorParams, { regex: 'email', file_type: 'json' })).toEqual({
      regex: ['email'],
      file_type: ['json'],
    });
  });

  it.each([
    [{ regex: Array.from({ length: 21 }, () => 'a') }, 'regex'],
    [{ regex: ['a'.repeat(65_537)] }, 'regex[0]'],
    [{ file_type: [] }, 'file_type'],
    [{ threshold: Number.NaN }, 'threshold'],
  ])('have bounds', (value, param) => {
    expect(() => readWith(detectorParams, value)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});
