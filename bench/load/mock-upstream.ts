// A mock OpenAI upstream in a process of its own: 20 ms to the first token, 5 ms gaps, 30 chunks. Prints its port, and on
// request (GET /stats) what it saw: requests, aborts, and how long after the client left each abort arrived.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const TTFT_MS = Number(process.env.MOCK_TTFT_MS ?? 20);
const GAP_MS = Number(process.env.MOCK_GAP_MS ?? 5);
const CHUNKS = Number(process.env.MOCK_CHUNKS ?? 30);

const stats = { requests: 0, completed: 0, aborted: 0, abortedAt: [] as number[] };
const usage = { prompt_tokens: 20, completion_tokens: CHUNKS, total_tokens: 20 + CHUNKS };
const words = Array.from({ length: CHUNKS }, (_, index) => `word${index} `);

const head = { id: 'chatcmpl-mock', created: 1, model: 'mock' };
const sse = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const frames = words.map((content, index) =>
  sse({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: index === 0 ? { role: 'assistant', content } : { content }, finish_reason: null }],
  }),
);
const finish = sse({
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
});
const usageFrame = sse({ ...head, object: 'chat.completion.chunk', choices: [], usage });
const plain = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' }],
  usage,
});

function stream(response: ServerResponse, withUsage: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  let sent = 0;
  const started = performance.now();
  const next = () => {
    if (response.destroyed) return;
    response.write(frames[sent++]);
    if (sent < frames.length) {
      // Against the schedule, not after the last write: a busy machine must not stretch the answer.
      setTimeout(next, Math.max(0, started + TTFT_MS + sent * GAP_MS - performance.now()));
      return;
    }
    stats.completed += 1;
    response.end(`${finish}${withUsage ? usageFrame : ''}data: [DONE]\n\n`);
  };
  setTimeout(next, TTFT_MS);
}

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const parsed = JSON.parse(body) as { stream?: boolean; stream_options?: { include_usage?: boolean } };
  stats.requests += 1;
  response.on('close', () => {
    if (response.writableFinished) return;
    stats.aborted += 1;
    stats.abortedAt.push(Date.now());
  });
  if (parsed.stream) return stream(response, parsed.stream_options?.include_usage === true);
  setTimeout(
    () => {
      if (response.destroyed) return;
      stats.completed += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end(plain);
    },
    TTFT_MS + (CHUNKS - 1) * GAP_MS,
  );
}

const server = createServer((request, response) => {
  if (request.url === '/stats') {
    response.end(JSON.stringify(stats));
    return;
  }
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => answer(request, response, Buffer.concat(parts).toString()));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('disconnect', () => process.exit(0));
