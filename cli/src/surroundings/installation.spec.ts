import { describe, expect, it } from 'vitest';
import { findInstallation, readKey } from './installation.js';
import { parseRunning } from './running.js';

const NOWHERE = '/nonexistent/weir-home';

describe('findInstallation', () => {
  it('takes what the variables name where nothing runs', async () => {
    const found = await findInstallation({
      WEIR_HOME: NOWHERE,
      WEIR_HTTP_PORT: '8181',
      WEIR_GRPC_PORT: '9191',
      WEIR_BILLING_ADDR: 'billing:9090',
      KAFKA_BROKERS: 'a:1, b:2',
    });
    expect(found.httpUrl).toBe('http://127.0.0.1:8181');
    expect(found.addressOf('router')).toBe('127.0.0.1:9191');
    expect(found.addressOf('billing')).toBe('billing:9090');
    expect(found.kafkaBrokers).toEqual(['a:1', 'b:2']);
  });

  it('names the variable that is wrong', async () => {
    await expect(findInstallation({ WEIR_HTTP_PORT: 'eighty' })).rejects.toThrow(/WEIR_HTTP_PORT/);
  });

  it('says where a key is missing', async () => {
    const found = await findInstallation({ WEIR_HOME: NOWHERE });
    await expect(readKey(found, 'demo')).rejects.toThrow(`${NOWHERE}/keys/demo`);
  });
});

describe('parseRunning', () => {
  const facts = { pid: 7, kafkaBrokers: 'k:1', httpUrl: 'http://h:1', addresses: { router: 'h:2' } };

  it('reads what start wrote, without its secrets', () => {
    expect(parseRunning(JSON.stringify({ ...facts, databaseUrl: 'postgres://weir:weir@h' }))).toEqual(facts);
  });

  it.each(['', '{', '{}', JSON.stringify({ ...facts, pid: 'x' })])('takes %s for nothing', (text) => {
    expect(parseRunning(text)).toBeUndefined();
  });
});
