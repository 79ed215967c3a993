import { CliError } from '../cli-error.js';

/** What one request of the demo gave, with the evidence that Weir named for it. */
export interface Answer {
  readonly title: string;
  readonly text: string;
  readonly pieces: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly details: Details;
}

/** What Weir did with a request, as it answers to `x-weir-details: 1`. */
export interface Details {
  readonly requestId: string;
  readonly traceId: string;
  readonly costUsd: string;
  readonly place: { readonly topic: string; readonly partition: number; readonly offset: string };
  readonly verdicts: readonly {
    readonly stage: string;
    readonly action: string;
    readonly detectors: readonly string[];
  }[];
  readonly stagesMs: Readonly<Record<string, number>>;
}

interface WrittenDetails {
  readonly request_id: string;
  readonly trace_id: string | null;
  readonly cost_usd: string;
  readonly event: { stored: string; topic: string; partition: number; offset: string } | null;
  readonly verdicts: Details['verdicts'];
  readonly stages_ms: Details['stagesMs'];
}

/** @throws CliError when the block lacks what the demo has to show, such as an event that Kafka acknowledged */
export function readDetails(block: unknown): Details {
  const written = (block ?? {}) as Partial<WrittenDetails>;
  const { request_id: requestId, trace_id: traceId, cost_usd: costUsd, event, verdicts, stages_ms: stagesMs } = written;
  if (!requestId || !costUsd || !verdicts || !stagesMs) throw new CliError('The answer came without its details.');
  if (!traceId) throw new CliError(`Request ${requestId} has no trace id.`);
  if (event?.stored !== 'kafka') {
    throw new CliError(`The event of request ${requestId} is not in Kafka but in ${event?.stored ?? 'no place'}.`);
  }
  const { topic, partition, offset } = event;
  return { requestId, traceId, costUsd, place: { topic, partition, offset }, verdicts, stagesMs };
}

export function actionAt({ verdicts }: Details, stage: 'input' | 'output'): string | undefined {
  return verdicts.find((verdict) => verdict.stage === stage)?.action;
}
