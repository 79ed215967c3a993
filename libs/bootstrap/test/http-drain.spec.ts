import { Agent, get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { doorApp } from './door-app.js';

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly text: string;
}

const request = (url: string, agent: Agent) =>
  new Promise<Answer>((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection, text }));
    }).on('error', reject);
  });

describe('closing the door', () => {
  it('lets running requests end and refuses new ones on connections that are kept alive', async () => {
    await using app = await doorApp();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const other = new Agent({ keepAlive: true, maxSockets: 1 });
    await request(`${app.url}/t/open`, other);
    const running = request(`${app.url}/t/slow`, agent);
    await expect.poll(() => app.seen.entered).toBe(1);
    let closed = false;
    const closing = app.door.close().then(() => (closed = true));
    const refused = await request(`${app.url}/t/open`, other);
    expect(refused).toMatchObject({ status: 503, connection: 'close' });
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'shutting_down' } });
    expect(closed).toBe(false);
    app.seen.release.resolve();
    expect(await running).toMatchObject({ status: 200, connection: 'close' });
    await closing;
    agent.destroy();
    other.destroy();
  });
});

describe('routes without access', () => {
  it('are found, so that the process does not start with them', async () => {
    await using app = await doorApp({ undeclared: true });
    expect(app.door.undeclared).toEqual(['GET /undeclared']);
    expect((await fetch(`${app.url}/undeclared`)).status).toBe(403);
  });
});
