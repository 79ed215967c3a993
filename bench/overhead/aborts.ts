import { request } from 'undici';
import type { Target } from '../load/open-loop.ts';
import type { Mock } from '../load/peers.ts';
import { percentile } from '../load/statistics.ts';

const TRIES = 20;
const LEAVE_AFTER_MS = 60;
const WAIT_MS = 400;

/** Leaves requests in the middle, one at a time, and looks when the upstream's connection was closed. */
export async function abortDelays(targets: readonly Target[], mock: Mock, stream: boolean): Promise<string[][]> {
  const rows: string[][] = [];
  for (const target of targets) {
    const delays: number[] = [];
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const delay = await oneAbort(target, mock, stream);
      if (delay !== undefined) delays.push(delay);
    }
    const show = (value: number) => (Number.isFinite(value) ? value.toFixed(0) : 'never');
    rows.push([
      target.name,
      stream ? 'stream' : 'plain',
      `${delays.length}/${TRIES}`,
      show(percentile(delays, 0.5)),
      show(percentile(delays, 1)),
    ]);
  }
  return rows;
}

async function oneAbort(target: Target, mock: Mock, stream: boolean): Promise<number | undefined> {
  const before = (await mock.stats()).abortedAt.length;
  const controller = new AbortController();
  const sent = request(target.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...target.headers },
    body: JSON.stringify({
      model: target.model,
      stream,
      max_tokens: 64,
      messages: [{ role: 'user', content: 'hello' }],
    }),
    signal: controller.signal,
  });
  const read = sent.then((response) => response.body.text()).catch(() => '');
  await new Promise((resolve) => setTimeout(resolve, LEAVE_AFTER_MS));
  const leftAt = Date.now();
  controller.abort();
  await read;
  await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  const { abortedAt } = await mock.stats();
  return abortedAt.length > before ? abortedAt.at(-1)! - leftAt : undefined;
}
