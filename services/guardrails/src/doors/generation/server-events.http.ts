import { asWeirError } from '@weir/errors';
import type { FastifyReply } from 'fastify';
import { AnswerStream } from '../wire/answer-stream.http.js';
import { orchestratorError } from '../orchestrator/orchestrator-error.js';
import { asUnprocessable } from '../wire/unprocessable.errors.js';

export const DONE = 'data: [DONE]\n\n';

/** Sends objects as server-sent events. */
export type SendEvents = (events: AsyncIterable<object>) => Promise<void>;

/**
 * Runs work that may answer with events. What fails before the first one is thrown; later it is an event named `error`.
 * `last`: what stands at the end of the events, also of those that failed.
 */
export async function withEvents(
  reply: FastifyReply,
  last: string,
  work: (send: SendEvents) => Promise<void>,
): Promise<void> {
  const answer = AnswerStream.of(reply, 'text/event-stream; charset=utf-8');
  const send: SendEvents = async (events) => {
    for await (const event of events) await answer.send(`data: ${JSON.stringify(event)}\n\n`);
    answer.begin();
  };
  try {
    await work(send);
  } catch (error) {
    if (!answer.started) throw error;
    const body = orchestratorError(asWeirError(asUnprocessable(error)));
    await answer.send(`event: error\ndata: ${JSON.stringify(body)}\n\n`);
  }
  if (!answer.started) return;
  if (last) await answer.send(last);
  answer.end();
}
