import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PROCESS_SETTINGS, SOURCE } from '@weir/bootstrap';
import type { ProcessSettings, Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { EVALUATOR_SETTINGS, type EvaluatorSettings } from '../evaluator.config.js';
import { failureOf, unreachable, type Attempt } from './attempt-rules.js';
import { frontDoorUrl } from './front-door-url.js';

/** One question to the model under test. */
export interface Question {
  readonly model: string;
  readonly prompt: string;
  readonly maxTokens: number;
  readonly apiKey: string;
}

/** Answers are short; a larger body is not one. */
const MAX_BODY_BYTES = 1024 * 1024;
/** The same answers for the same suite, as far as the engine can. */
const SEED = 1234;

const answerBody = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string().nullable() }) })]),
});
const errorBody = z.object({ error: z.object({ code: z.string().nullable() }) });

/** Calls the router's HTTP door as any client would. */
@Injectable()
export class FrontDoorClient implements OnApplicationShutdown {
  readonly #agent: Agent;

  constructor(
    private readonly http: HttpAdapterHost,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(EVALUATOR_SETTINGS) private readonly settings: EvaluatorSettings,
    @Inject(PROCESS_SETTINGS) private readonly processSettings: ProcessSettings,
  ) {
    const timeout = settings.requestTimeoutMs;
    this.#agent = new Agent({ connections: 64, headersTimeout: timeout, bodyTimeout: timeout });
  }

  /** One attempt. Its failures are values; only an abort of the job throws. */
  async ask(question: Question, signal: AbortSignal): Promise<Attempt> {
    const deadline = AbortSignal.timeout(this.settings.requestTimeoutMs);
    try {
      return await this.#send(question, AbortSignal.any([signal, deadline]));
    } catch (error) {
      if (signal.aborted) throw new WeirError('cancelled', 'The job was stopped.', { cause: error });
      return unreachable(deadline.aborted ? 'deadline_exceeded' : 'front_door_unreachable');
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send({ model, prompt, maxTokens, apiKey }: Question, signal: AbortSignal): Promise<Attempt> {
    const answer = await request(`${this.#url()}/v1/chat/completions`, {
      dispatcher: this.#agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
        'user-agent': 'weir-evaluator',
      },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: prompt }],
        max_tokens: maxTokens,
        temperature: 0,
        seed: SEED,
      }),
      signal,
    });
    const body = await readJson(answer.body);
    if (answer.statusCode !== 200) {
      const code = errorBody.safeParse(body).data?.error.code ?? undefined;
      const retryAfter = answer.headers['retry-after'];
      const header = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
      return failureOf(answer.statusCode, code, header, this.source.now());
    }
    const parsed = answerBody.safeParse(body);
    if (!parsed.success) return { kind: 'failure', code: 'malformed_answer', scope: 'item', retryAfterMs: undefined };
    return { kind: 'answer', text: parsed.data.choices[0].message.content ?? '' };
  }

  #url(): string {
    const server: { address(): unknown } | undefined = this.http.httpAdapter.getHttpServer();
    return frontDoorUrl({
      configured: this.settings.targetUrl,
      servesRouter: this.processSettings.services.some((name) => name === 'all' || name === 'router'),
      listening: server?.address(),
      httpPort: this.processSettings.httpPort,
    });
  }
}

async function readJson(body: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}
