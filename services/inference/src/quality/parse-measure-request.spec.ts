import { expect, it } from 'vitest';
import { parseMeasureRequest } from './parse-measure-request.js';

const message = { modelName: 'm', version: 2, parentModelName: 'p', parentVersion: 1, maxTokens: 512 };

it('names both versions', () => {
  expect(parseMeasureRequest(message)).toEqual({
    candidate: { modelName: 'm', version: 2 },
    parent: { modelName: 'p', version: 1 },
    maxPositions: 512,
  });
});

it.each([
  ['model_name', { modelName: '' }],
  ['version', { version: 0 }],
  ['parent_model_name', { parentModelName: '' }],
  ['parent_version', { parentVersion: 0 }],
])('says that %s is needed', (param, wrong) => {
  const error = expect.objectContaining({ code: 'invalid_request', param });
  expect(() => parseMeasureRequest({ ...message, ...wrong })).toThrowError(error);
});
