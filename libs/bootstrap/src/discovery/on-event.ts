import 'reflect-metadata';
import type { EventData, EventDefinition, WeirEvent } from '@weir/contracts';
import type { Consumer, DeliveryContext, KafkaBus } from '@weir/kafka';
import type { Discovered } from './discovered.js';

const ON_EVENT = Symbol('weir.on-event');

export interface OnEventOptions {
  /** Consumer group, usually the service's name. */
  readonly group: string;
  /** Keys that are handled in parallel; default 8. */
  readonly concurrency?: number;
  /** `none` lets events of one key be handled in parallel; default `key`. */
  readonly order?: 'key' | 'none';
  /** Waits before each retry; default 1 s, 10 s, 60 s. */
  readonly retryDelaysMs?: readonly number[];
}

interface Subscription {
  readonly method: string | symbol;
  readonly event: EventDefinition;
  readonly options: OnEventOptions;
}

type Handler<D extends EventDefinition> = (event: WeirEvent<EventData<D>>, context: DeliveryContext) => Promise<void>;

/** The method of an injectable class handles an event: at least once each, in order per key. */
export function OnEvent<D extends EventDefinition>(event: D, options: OnEventOptions) {
  return <M extends Handler<D>>(target: object, method: string | symbol, _descriptor: TypedPropertyDescriptor<M>) => {
    const subscription: Subscription = { method, event, options };
    Reflect.defineMetadata(ON_EVENT, [...subscriptionsOf(target), subscription], target);
  };
}

/** Starts a consumer for every method with `@OnEvent`. Those that started are given to `started` one by one. */
export async function startConsumers(
  found: readonly Discovered[],
  bus: Pick<KafkaBus, 'consume'>,
  started: (consumer: Consumer) => void,
): Promise<void> {
  const starts = found.flatMap(({ instance }) =>
    subscriptionsOf(Object.getPrototypeOf(instance) as object).map(async (subscription) => {
      started(
        await bus.consume({
          event: subscription.event,
          ...subscription.options,
          onEvent: bind(instance, subscription),
        }),
      );
    }),
  );
  await Promise.all(starts);
}

function subscriptionsOf(prototype: object): readonly Subscription[] {
  return (Reflect.getMetadata(ON_EVENT, prototype) as Subscription[] | undefined) ?? [];
}

function bind(instance: object, { method }: Subscription): Handler<EventDefinition> {
  const handler = Reflect.get(instance, method) as Handler<EventDefinition>;
  return handler.bind(instance);
}
