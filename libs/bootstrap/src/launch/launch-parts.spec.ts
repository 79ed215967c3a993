import { setting } from '@weir/config';
import { createLogger, counter } from '@weir/telemetry';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DatabaseHealth } from '../database/database-health.js';
import { ConsumerGroup } from './consumer-group.js';
import { HealthReporter } from './health-reporter.js';
import { NestLogger } from './nest-logger.js';
import { OpenResources } from './open-resources.js';
import { Readiness } from './readiness.js';
import { checkSettings, settingsProvider, type ServiceDescriptor } from './service-descriptor.js';

const logger = createLogger({ level: 'silent' });

describe('Readiness', () => {
  it('lists what is not ready, and is never ready again once it drains', () => {
    const readiness = new Readiness();
    let reason: string | undefined = 'is loading';
    readiness.add('model', () => reason);
    readiness.add('disk', () => undefined);
    expect(readiness.problems()).toEqual([{ name: 'model', reason: 'is loading' }]);
    reason = undefined;
    expect(readiness.problems()).toEqual([]);
    readiness.drain();
    expect(readiness.draining).toBe(true);
    expect(readiness.problems()).toEqual([{ name: 'process', reason: 'draining' }]);
  });
});

describe('HealthReporter', () => {
  it('tells the process and each service, and only when something changed', () => {
    const told: string[] = [];
    const readiness = new Readiness();
    const server = { setServing: (name: string, serving: boolean) => void told.push(`${name}:${serving}`) };
    const reporter = new HealthReporter(readiness, server, ['a.B']);
    reporter.report();
    reporter.report();
    readiness.drain();
    reporter.report();
    expect(told).toEqual([':true', 'a.B:true', ':false', 'a.B:false']);
  });
});

describe('OpenResources', () => {
  it('closes in reverse order, each once, also when one fails', async () => {
    const closed: string[] = [];
    const resources = new OpenResources(logger);
    const open = (name: string, fails = false) =>
      resources.add(name, {
        [Symbol.asyncDispose]: async () => {
          closed.push(name);
          if (fails) throw new TypeError('cannot close');
        },
      });
    open('first');
    open('second', true);
    open('third');
    await resources[Symbol.asyncDispose]();
    await resources[Symbol.asyncDispose]();
    expect(closed).toEqual(['third', 'second', 'first']);
  });
});

describe('ConsumerGroup', () => {
  it('drains its consumers and those that come too late', async () => {
    const drained: string[] = [];
    const consumer = (name: string) => ({ [Symbol.asyncDispose]: async () => void drained.push(name) });
    const group = new ConsumerGroup();
    group.add(consumer('early'));
    expect(group.complete).toBe(false);
    group.done();
    expect(group.complete).toBe(true);
    await group[Symbol.asyncDispose]();
    group.add(consumer('late'));
    expect(drained).toEqual(['early', 'late']);
  });
});

describe('DatabaseHealth', () => {
  it('never waits, asks again after 2 s, and counts silence as a problem', async () => {
    let now = 0;
    let answer = Promise.withResolvers<void>();
    let asked = 0;
    const ping = () => {
      asked++;
      answer = Promise.withResolvers<void>();
      return answer.promise;
    };
    const source = { now: () => now, monotonic: () => now, uuid: () => 'id', random: () => 0 };
    const health = new DatabaseHealth({ ping }, source);
    expect(health.problem()).toBeUndefined();
    expect(asked).toBe(0);
    now = 2_001;
    expect(health.problem()).toBeUndefined();
    expect(asked).toBe(1);
    now = 4_100;
    expect(health.problem()).toBe('does not answer');
    expect(asked).toBe(1);
    answer.reject(new TypeError('refused'));
    await new Promise(setImmediate);
    expect(health.problem()).toBe('is not reachable');
    now = 6_200;
    health.problem();
    answer.resolve();
    await new Promise(setImmediate);
    expect(health.problem()).toBeUndefined();
  });
});

describe('service settings', () => {
  const service = (name: 'router' | 'billing'): ServiceDescriptor => ({
    name,
    module: class {},
    metrics: { requests: counter('x_total', 'x') },
    settings: { limit: setting(`WEIR_${name.toUpperCase()}_LIMIT`, z.coerce.number().min(1), 'a limit') },
  });

  it('tells every mistake of every service at once', () => {
    const check = () => checkSettings([service('router'), service('billing')], { WEIR_BILLING_LIMIT: '0' });
    expect(check).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
    expect(check).toThrow(/WEIR_ROUTER_LIMIT.*WEIR_BILLING_LIMIT/);
    expect(() => checkSettings([service('router')], { WEIR_ROUTER_LIMIT: '2' })).not.toThrow();
  });

  it('are provided as values', () => {
    const provider = settingsProvider('TOKEN', service('router').settings);
    expect(provider.provide).toBe('TOKEN');
    expect(provider.useFactory({ WEIR_ROUTER_LIMIT: '7' })).toEqual({ limit: 7 });
    expect(() => provider.useFactory({})).toThrow(/WEIR_ROUTER_LIMIT/);
  });
});

describe('NestLogger', () => {
  it('keeps wiring at debug, and contexts and stacks as fields', () => {
    const lines: Record<string, unknown>[] = [];
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const nest = new NestLogger(createLogger({ level: 'trace', destination }));
    nest.log('Mapped {/x} route', 'RouterExplorer');
    nest.error('broken', 'stack line', 'Injector');
    nest.warn(new TypeError('odd'), 'Injector');
    nest.verbose('much');
    nest.debug('some');
    nest.fatal('over');
    expect(lines.map(({ level }) => level)).toEqual(['debug', 'error', 'warn', 'trace', 'debug', 'fatal']);
    expect(lines[0]).toMatchObject({ context: 'RouterExplorer', msg: 'Mapped {/x} route' });
    expect(lines[1]).toMatchObject({ context: 'Injector', stack: 'stack line', msg: 'broken' });
    expect(lines[2]).toMatchObject({ err: { message: 'odd' } });
  });
});
