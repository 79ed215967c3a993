import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { paramName, parseRequest } from './parse-request.js';

describe('paramName', () => {
  it.each([
    [['engine', 'baseUrl'], 'engine.base_url'],
    [['artifacts', 0, 'sha256'], 'artifacts[0].sha256'],
    [['route', 'targets', 3, 'deploymentId'], 'route.targets[3].deployment_id'],
    [[], ''],
  ])('writes %j as %s', (path, name) => {
    expect(paramName(path)).toBe(name);
  });
});

describe('parseRequest', () => {
  const schema = z.object({ modelName: z.string().min(1, 'is needed') });

  it('gives what the schema makes of the request', () => {
    expect(parseRequest(schema, { modelName: 'a', unknown: 1 })).toEqual({ modelName: 'a' });
  });

  it('names the field in the notation of the proto', () => {
    expect(() => parseRequest(schema, { modelName: '' })).toThrowError(
      expect.objectContaining({ code: 'invalid_request', param: 'model_name', message: 'model_name: is needed' }),
    );
  });

  it('has no param when the request as a whole is wrong', () => {
    expect(() => parseRequest(schema, undefined)).toThrowError(
      expect.objectContaining({ code: 'invalid_request', param: undefined }),
    );
  });
});
