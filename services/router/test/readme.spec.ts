import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouterWorld } from './router-world.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const EXAMPLES = [...README.matchAll(/```http\nPOST (\S+)\n([^`]+)```/g)].map(([, path = '', body = '']) => ({
  path,
  body,
}));

let world: RouterWorld;
beforeAll(async () => (world = await RouterWorld.start()));
afterAll(() => world?.[Symbol.asyncDispose]());

describe('the examples of the README', () => {
  it('are there', () => expect(EXAMPLES.length).toBeGreaterThanOrEqual(4));

  it.each(EXAMPLES)('$path is answered', async ({ path, body }) => {
    const response = await world.post(path, body);
    expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(/^\{/)]);
  });
});
