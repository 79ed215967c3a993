import { SERVICE_NAMES } from '@weir/config';
import { describe, expect, it } from 'vitest';
import { portsFrom } from '../environment/ports.js';
import { restartDelayMs } from '../processes/supervisor.js';
import { banner } from './banner.js';
import { addressVariables, consecutivePorts } from './seven-processes.js';

describe('ports', () => {
  it('are consecutive, the router first, and told to every service', () => {
    const ports = consecutivePorts({ http: 8_080, grpc: 9_090 });
    expect(ports.router).toEqual({ http: 8_080, grpc: 9_090 });
    expect(Object.values(ports).map((pair) => pair.http)).toEqual([8080, 8081, 8082, 8083, 8084, 8085, 8086]);
    const variables = addressVariables(ports);
    expect(Object.keys(variables).sort()).toEqual(
      SERVICE_NAMES.map((name) => `WEIR_${name.toUpperCase()}_ADDR`).sort(),
    );
    expect(variables.WEIR_ROUTER_ADDR).toBe('127.0.0.1:9090');
  });

  it('come from the environment and say what is wrong', () => {
    expect(portsFrom({})).toEqual({ http: 8_080, grpc: 9_090, postgres: 15_432, kafka: 19_092 });
    expect(portsFrom({ WEIR_HTTP_PORT: '18080' }).http).toBe(18_080);
    for (const wrong of ['eighty', '0', '65536', '80.5', '-1']) {
      expect(() => portsFrom({ WEIR_KAFKA_PORT: wrong })).toThrow('WEIR_KAFKA_PORT');
    }
  });
});

describe('the banner', () => {
  const facts = {
    httpUrl: 'http://127.0.0.1:8080',
    grpcAddress: '127.0.0.1:9090',
    keys: '/srv/weir/keys',
    logs: '/srv/weir/logs',
    route: 'smollm2',
  };

  it('holds one line for curl and one for grpcurl, with the path of the key', () => {
    const lines = banner(facts)
      .split('\n')
      .map((line) => line.trim());
    const curl = lines.filter((line) => line.startsWith('curl '));
    const grpcurl = lines.filter((line) => line.startsWith('grpcurl '));
    expect([curl.length, grpcurl.length]).toEqual([1, 1]);
    expect(curl[0]).toContain('http://127.0.0.1:8080/v1/chat/completions');
    expect(curl[0]).toContain('$(cat /srv/weir/keys/demo)');
    expect(grpcurl[0]).toContain('-plaintext');
    const body = /-d '([^']+)'/;
    expect(JSON.parse(body.exec(curl[0] ?? '')?.[1] ?? '')).toMatchObject({ model: 'smollm2', stream: true });
    expect(JSON.parse(body.exec(grpcurl[0] ?? '')?.[1] ?? '')).toMatchObject({ input: { model: 'smollm2' } });
  });

  it('names the authority when the doors speak TLS', () => {
    expect(banner({ ...facts, tls: '/srv/weir/tls' })).toContain('-cacert /srv/weir/tls/ca.pem');
  });
});

describe('a process that ends', () => {
  it('is started again ever later, up to ten seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map(restartDelayMs)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });
});
