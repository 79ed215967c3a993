import { WeirError } from '@weir/errors';
import type { Inbox } from '../link/inbox.js';

interface WireCall {
  readonly inbox: Inbox;
  cancel(reason: WeirError): void;
}

/** The only answer of a call over a wire, after its status. */
export async function oneAnswer(call: WireCall, decode: (bytes: Buffer) => unknown): Promise<unknown> {
  const answer = await call.inbox.next();
  if (answer.done) throw new WeirError('internal', 'The peer sent no answer.');
  await call.inbox.next();
  return decode(answer.value);
}

/** The streamed answers of a call over a wire. Leaving them cancels the call, also while a `next` waits. */
export function allAnswers(call: WireCall, decode: (bytes: Buffer) => unknown): AsyncIterator<unknown, undefined> {
  const leave = () => call.cancel(new WeirError('cancelled', 'The caller left.'));
  return {
    next: async () => {
      const step = await call.inbox.next();
      if (step.done) return { done: true, value: undefined };
      try {
        return { done: false, value: decode(step.value) };
      } catch (error) {
        leave();
        throw error;
      }
    },
    return: async () => {
      leave();
      return { done: true, value: undefined };
    },
  };
}
