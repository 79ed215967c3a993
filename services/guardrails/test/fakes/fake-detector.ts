import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How the server answers from now on. */
export type DetectorMood =
  'well' | 'slow' | 'hangs' | 'hangs in its body' | 'breaks off' | 'garbage' | 'huge' | 500 | 422;

export interface DetectorRequest {
  readonly path: string;
  readonly detectorId: string;
  readonly authorization: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const SLOW_MS = 40;
const WORD = 'forbidden';

/** A server of the FMS detector API on a real socket: it finds one word, as long as it is well. */
export class FakeDetector implements AsyncDisposable {
  mood: DetectorMood = 'well';
  readonly requests: DetectorRequest[] = [];
  /** Answers whose reader left before their end. */
  left = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FakeDetector> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const detector = new FakeDetector(server, `http://127.0.0.1:${port}`);
    server.on('connection', (socket) => detector.#sockets.add(socket));
    server.on('request', (request, response) => void detector.#serve(request, response));
    return detector;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (!response.writableFinished) this.left += 1;
    });
    const body = (await bodyOf(request)) as Record<string, unknown>;
    this.requests.push({
      path: request.url ?? '',
      detectorId: String(request.headers['detector-id'] ?? ''),
      authorization: request.headers.authorization ?? '',
      body,
    });
    this.#answer(response, JSON.stringify(answerTo(request.url ?? '', body)));
  }

  #answer(response: ServerResponse, answer: string): void {
    const send = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    switch (this.mood) {
      case 'well':
        return void send(200, answer);
      case 'slow':
        return void setTimeout(() => send(200, answer), SLOW_MS);
      case 'hangs':
        return;
      case 'hangs in its body':
        return void response.writeHead(200).write(answer.slice(0, 1));
      case 'breaks off':
        response.writeHead(200, { 'content-length': String(answer.length) }).write(answer.slice(0, 1));
        return void response.socket?.destroySoon();
      case 'garbage':
        return void send(200, '[[{"start": 0, "end": 3, "detection": "x", "detection_type": "y", "score": NaN}]]');
      case 'huge':
        return void send(200, JSON.stringify([['x'.repeat(2_000_000)]]));
      default:
        return void send(this.mood, '{"code":500,"message":"out of order"}');
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return JSON.parse(text);
}

function answerTo(path: string, { contents, content }: Readonly<Record<string, unknown>>): unknown {
  if (!path.endsWith('/contents')) {
    const isFound = String(content ?? '').includes(WORD);
    return [{ detection: isFound ? 'Yes' : 'No', detection_type: 'risk', score: isFound ? 0.95 : 0.05 }];
  }
  return (contents as string[]).map((text) => {
    const at = text.indexOf(WORD);
    if (at < 0) return [];
    const start = [...text.slice(0, at)].length;
    const place = { start, end: start + WORD.length, text: WORD };
    return [{ ...place, detection: 'word', detection_type: 'custom', score: 0.9, evidences: [{ name: 'list' }] }];
  });
}
