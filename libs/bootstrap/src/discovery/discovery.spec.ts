import { Module } from '@nestjs/common';
import { guardrailVerdict, guardrailsV1, inferenceCompleted, type WeirEvent } from '@weir/contracts';
import type { RpcServer } from '@weir/grpc';
import type { ConsumeOptions, Consumer } from '@weir/kafka';
import { describe, expect, it } from 'vitest';
import { constructorMetadata } from './constructor-metadata.js';
import type { Discovered } from './discovered.js';
import { GrpcHandlers, registerGrpcHandlers } from './grpc-handlers.js';
import { OnEvent, startConsumers } from './on-event.js';

const definition = {
  name: 'EchoService',
  fullName: 'weir.test.v1.EchoService',
  methods: {
    echo: {
      name: 'Echo',
      requestType: guardrailsV1.CheckRequest,
      requestStream: false,
      responseType: guardrailsV1.CheckResponse,
      responseStream: false,
    },
  },
} as const;

class Dependency {
  readonly id = 'v1';
}

@GrpcHandlers(definition, { echo: { services: ['router'] } })
class EchoGrpc {
  constructor(readonly dependency: Dependency) {}

  async echo() {
    return { verdict: { id: this.dependency.id } };
  }
}

class Plain {}

class VerdictConsumer {
  readonly seen: string[] = [];

  @OnEvent(guardrailVerdict, { group: 'test', concurrency: 2 })
  async onGuardrailVerdict(event: WeirEvent) {
    this.seen.push(event.id);
  }

  @OnEvent(inferenceCompleted, { group: 'test' })
  async onInferenceCompleted() {}
}

const found = (instance: object): Discovered => ({ type: instance.constructor as Discovered['type'], instance });

describe('GrpcHandlers', () => {
  it('registers the methods bound to their instance, with the access of the class', async () => {
    const registered: Parameters<RpcServer['register']>[] = [];
    const server = {
      register: (...given: Parameters<RpcServer['register']>) => void registered.push(given),
    } as unknown as Pick<RpcServer, 'register'>;
    const names = registerGrpcHandlers([found(new Plain()), found(new EchoGrpc(new Dependency()))], server);
    expect(names).toEqual(['weir.test.v1.EchoService']);
    const [given, handlers, access] = registered[0] ?? [];
    expect(given).toBe(definition);
    expect(access).toEqual({ echo: { services: ['router'] } });
    const echo = (handlers as unknown as Record<string, () => Promise<unknown>>)['echo'];
    expect(await echo?.()).toEqual({ verdict: { id: 'v1' } });
  });

  it('refuses a class that lacks a method', () => {
    class Incomplete extends EchoGrpc {}
    GrpcHandlers(
      { ...definition, methods: { ...definition.methods, more: definition.methods.echo } },
      {
        echo: {},
        more: {},
      },
    )(Incomplete as never);
    expect(() => registerGrpcHandlers([found(new Incomplete(new Dependency()))], { register: () => {} })).toThrow(
      expect.objectContaining({ code: 'invalid_configuration' }),
    );
  });

  it('makes the class injectable', () => {
    class Wiring {}
    Module({ providers: [EchoGrpc, Plain] })(Wiring);
    expect(constructorMetadata(Wiring)).toEqual({ EchoGrpc: ['Dependency'] });
  });
});

describe('OnEvent', () => {
  it('starts one consumer per method and gives it its events', async () => {
    const asked: ConsumeOptions<typeof guardrailVerdict>[] = [];
    const bus = {
      consume: async (options: ConsumeOptions<typeof guardrailVerdict>) => {
        asked.push(options);
        return { group: options.group, topic: options.event.type } as Consumer;
      },
    };
    const started: string[] = [];
    const consumer = new VerdictConsumer();
    await startConsumers([found(new Plain()), found(consumer)], bus as never, ({ topic }) => started.push(topic));
    expect(started.sort()).toEqual(['weir.guardrail.verdict.v1', 'weir.inference.completed.v1']);
    const verdicts = asked.find(({ event }) => event === guardrailVerdict);
    expect(verdicts).toMatchObject({ group: 'test', concurrency: 2 });
    await verdicts?.onEvent({ id: 'e1' } as never, {} as never);
    expect(consumer.seen).toEqual(['e1']);
  });
});
