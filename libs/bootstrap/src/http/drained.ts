import type { ServerResponse } from 'node:http';

/** Resolves when a response that took no more has room again, or when nobody reads it any more. */
export function drained(response: Pick<ServerResponse, 'once' | 'off'>): Promise<void> {
  return new Promise((resolve) => {
    const ready = () => {
      response.off('drain', ready);
      response.off('close', ready);
      resolve();
    };
    response.once('drain', ready);
    response.once('close', ready);
  });
}
