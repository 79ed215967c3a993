import { request } from 'undici';
import { CliError } from '../cli-error.js';
import { readDetails, type Answer } from './answer.js';
import { eventData } from './server-sent-events.js';

const ANSWER_WITHIN_MS = 120_000;

export interface HttpDoor {
  readonly httpUrl: string;
  readonly key: string;
}

export interface Question {
  readonly title: string;
  readonly model: string;
  readonly text: string;
  readonly maxTokens: number;
}

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

interface Chunk {
  readonly choices?: readonly { delta?: { content?: string }; finish_reason?: string | null }[];
  readonly usage?: Usage | null;
  readonly weir?: unknown;
  readonly error?: { message: string; code: string };
}

interface Whole {
  readonly choices?: readonly { message?: { content?: string } }[];
  readonly usage?: Usage;
  readonly weir?: unknown;
}

/** Asks over HTTP and passes the answer on as it comes. @throws CliError when the stream breaks or is no stream */
export async function streamedChat(
  door: HttpDoor,
  question: Question,
  onText: (text: string) => void,
): Promise<Answer> {
  const body = await post(door, question, { stream: true, stream_options: { include_usage: true } });
  const pieces: string[] = [];
  let last: Chunk = {};
  let finish: string | null | undefined;
  let done = false;
  for await (const data of eventData(body)) {
    done = data === '[DONE]';
    if (done) break;
    last = parsed(data) as Chunk;
    if (last.error) throw new CliError(`The stream broke: ${last.error.message} (${last.error.code})`);
    const [choice] = last.choices ?? [];
    finish ??= choice?.finish_reason;
    if (!choice?.delta?.content) continue;
    pieces.push(choice.delta.content);
    onText(choice.delta.content);
  }
  if (!done || !finish) throw new CliError('The stream ended before its end.');
  return answerOf(question, pieces, last);
}

/** Asks over HTTP and waits for the whole answer. */
export async function plainChat(door: HttpDoor, question: Question): Promise<Answer> {
  const body = await post(door, question, {});
  const whole = parsed(await body.text()) as Whole;
  return answerOf(question, [whole.choices?.[0]?.message?.content ?? ''], whole);
}

async function post({ httpUrl, key }: HttpDoor, { model, text, maxTokens }: Question, more: object) {
  const { statusCode, body } = await request(`${httpUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-weir-details': '1' },
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content: text }],
      max_tokens: maxTokens,
      temperature: 0,
      ...more,
    }),
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
  }).catch((cause: unknown) => {
    throw new CliError(`${httpUrl} does not answer: start Weir with \`npm start\`.`, { cause });
  });
  if (statusCode === 200) return body;
  throw new CliError(`${httpUrl} answered ${statusCode}: ${(await body.text()).slice(0, 300)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError('The answer is not JSON.', { cause });
  }
}

function answerOf({ title }: Question, pieces: readonly string[], { usage, weir }: Whole | Chunk): Answer {
  if (!usage) throw new CliError('The answer came without its usage.');
  return {
    title,
    text: pieces.join(''),
    pieces: pieces.length,
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    details: readDetails(weir),
  };
}
