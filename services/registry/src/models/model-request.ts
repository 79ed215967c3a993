import { z } from 'zod';
import { name, sha256, text, word } from '../request/fields.js';

export const createModelRequest = z.object({
  name,
  description: text(1024),
  license: text(128).regex(/^[A-Za-z0-9.+() :-]*$/, 'an SPDX expression, for example "Apache-2.0"'),
});

const artifactPath = text(256)
  .min(1, 'is needed')
  .refine(isRelativePath, 'a relative path with "/" between its parts and without ".." or "."');

const artifactUri = z
  .string()
  .max(2048, 'at most 2048 characters')
  .refine(isArtifactUri, 'a file:///absolute/path, or an https URI without credentials');

const artifact = z.object({
  path: artifactPath,
  uri: artifactUri,
  sha256,
  sizeBytes: z.number().int().positive('is needed and greater than 0'),
});

const weightType = text(32).min(1, 'is needed, for example "Q8_0"');

const lineage = z.object({
  parentSha256: sha256,
  parentType: weightType,
  operation: word(['quantize']),
  type: weightType,
  tool: text(128).min(1, 'is needed: name and version of the tool'),
});

export const createModelVersionRequest = z
  .object({
    modelName: name,
    artifacts: z.array(artifact).max(64, 'at most 64 files'),
    format: word(['gguf', 'remote']),
    source: text(512),
    quantization: text(64),
    contextTokens: z.number().int().max(16_777_216, 'at most 16777216'),
    lineage: lineage.optional(),
  })
  .refine((version) => version.format !== 'gguf' || version.artifacts.length > 0, {
    path: ['artifacts'],
    message: 'a gguf version needs at least one file',
  })
  .refine((version) => new Set(version.artifacts.map(({ path }) => path)).size === version.artifacts.length, {
    path: ['artifacts'],
    message: 'two files have the same path',
  })
  .refine((version) => !version.lineage || version.format === 'gguf', {
    path: ['lineage'],
    message: 'only gguf versions are made from others',
  })
  .refine((version) => version.artifacts.every(({ sha256: own }) => own !== version.lineage?.parentSha256), {
    path: ['lineage', 'parentSha256'],
    message: 'is a file of this version itself',
  });

export const getModelVersionRequest = z.object({ modelName: name, version: z.number().int().positive('is needed') });

export const setModelAliasRequest = z.object({
  modelName: name,
  alias: name,
  version: z.number().int().positive('is needed'),
});

export type CreateModel = z.output<typeof createModelRequest>;
export type CreateModelVersion = z.output<typeof createModelVersionRequest>;
export type SetModelAlias = z.output<typeof setModelAliasRequest>;

/** Whether any file lies on the machine that Weir runs on. */
export function hasLocalFile(version: CreateModelVersion): boolean {
  return version.artifacts.some(({ uri }) => uri.startsWith('file:'));
}

function isRelativePath(path: string): boolean {
  if (path.includes('\\')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function isArtifactUri(uri: string): boolean {
  const url = URL.parse(uri);
  if (!url || /[\s\p{Cc}\\]/u.test(uri)) return false;
  if (url.protocol === 'file:')
    return uri.startsWith('file:///') && url.pathname.length > 1 && !url.search && !url.hash;
  return url.protocol === 'https:' && url.hostname !== '' && !uri.includes('@');
}
