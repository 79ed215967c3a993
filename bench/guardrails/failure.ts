import { guardrailsV1 } from '@weir/contracts';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { startConstellation } from '@weir/tools';
import { percentile } from '../load/statistics.ts';

type Weir = Awaited<ReturnType<typeof startConstellation>>;

export interface FailureRow {
  readonly detector: string;
  readonly onError: string;
  readonly asked: number;
  readonly refused: number;
  readonly unchecked: number;
  /** Of checks under another policy, at the same time. */
  readonly healthyP50Ms: number;
  readonly healthyP99Ms: number;
}

const PER_SECOND = 100;
const TEXT = 'Please tell me when the next train to the coast leaves, and what it costs.';

/** A detector that answers well, late, never, or with nonsense. */
export async function brokenDetector(kind: 'well' | 'hangs' | 'garbage'): Promise<AsyncDisposable & { url: string }> {
  const server: Server = createServer((request, response) => {
    request.resume();
    if (kind === 'hangs') return;
    const body = kind === 'well' ? '[[]]' : '{"score": "NaN"';
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** 100 checks a second under a policy whose detector is broken, beside 100 under one that needs no detector. */
export async function besideABrokenDetector(
  weir: Weir,
  o: { detector: 'none' | 'well' | 'hangs' | 'garbage'; onError: 'closed' | 'open'; policy: string; seconds: number },
): Promise<FailureRow> {
  const guardrails = weir.operator.client('guardrails', guardrailsV1.GuardrailsServiceDefinition);
  const check = (policy: string) =>
    guardrails.check(
      guardrailsV1.CheckRequest.fromPartial({
        policy,
        stage: guardrailsV1.Stage.STAGE_INPUT,
        parts: [{ path: 'text', text: TEXT }],
      }),
    );
  const healthy: number[] = [];
  const counts = { refused: 0, unchecked: 0 };
  const running: Promise<unknown>[] = [];
  const asked = o.seconds * PER_SECOND;
  for (let index = 0; index < asked; index++) {
    const started = performance.now();
    running.push(check('default').then(() => healthy.push(performance.now() - started)));
    if (o.detector !== 'none') {
      running.push(
        check(o.policy).then(
          ({ verdict }) => (counts.unchecked += Number((verdict?.passedUnchecked.length ?? 0) > 0)),
          () => (counts.refused += 1),
        ),
      );
    }
    await wait(1000 / PER_SECOND);
  }
  await Promise.all(running);
  return {
    detector: o.detector,
    onError: o.onError,
    asked,
    ...counts,
    healthyP50Ms: percentile(healthy, 0.5),
    healthyP99Ms: percentile(healthy, 0.99),
  };
}
