import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { Access, CurrentCall, ErrorBody, parseJsonBody, type HttpCall } from '@weir/bootstrap';
import { asWeirError, isWeirError, WeirError } from '@weir/errors';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { GUARDRAILS_SETTINGS, type GuardrailsSettings } from '../../guardrails.config.js';
import { AnswerStream } from '../wire/answer-stream.http.js';
import { readWith } from '../wire/door-body.js';
import { DoorTraffic } from '../door-traffic.service.js';
import { InspectionService } from '../inspection/inspection.service.js';
import { asUnprocessable } from '../wire/unprocessable.errors.js';
import { firstLine, nextLine } from './detection-bodies.js';
import { LineReader } from './line-reader.js';
import { STREAM_CONTENT } from './ndjson-body.http.js';
import { orchestratorError } from './orchestrator-error.js';
import { SentenceInspection, type InspectedSentence } from './sentence-inspection.js';

const NDJSON = 'application/x-ndjson';
const MAX_LINE_BYTES = 1_048_576;
const MAX_DROPPED_BYTES = 8_388_608;

/** Texts that arrive in lines of JSON and are answered in lines of JSON, while they arrive. */
@Controller()
@Access({ scope: 'inference' })
@ErrorBody(orchestratorError)
export class StreamContentHttp {
  constructor(
    private readonly inspection: InspectionService,
    private readonly traffic: DoorTraffic,
    @Inject(GUARDRAILS_SETTINGS) private readonly settings: GuardrailsSettings,
  ) {}

  @Post(STREAM_CONTENT)
  @HttpCode(200)
  async stream(@Body() body: unknown, @CurrentCall() call: HttpCall, @Res() reply: FastifyReply): Promise<void> {
    const answer = AnswerStream.of(reply, NDJSON);
    const lines = linesOf(body);
    try {
      await this.traffic.countStrict('orchestrator', () => this.#answer(lines, call, answer));
    } catch (error) {
      await lines.return(undefined);
      if (!answer.started) throw error;
      await answer.send(lineOf(orchestratorError(asWeirError(asUnprocessable(error)))));
    }
    answer.end();
  }

  async #answer(lines: AsyncGenerator<string>, call: HttpCall, answer: AnswerStream): Promise<void> {
    const { value: first = '' } = await lines.next();
    const { detectors, content } = readLine(firstLine, first);
    const selections = this.inspection.selectAll(detectors);
    const sentences = new SentenceInspection(this.inspection, { selections, stage: 'output', call, path: 'content' });
    const send = async (decided: AsyncIterable<InspectedSentence>) => {
      for await (const sentence of decided) await answer.send(lineOf(resultOf(sentence)));
    };
    try {
      let characters = content.length;
      await send(sentences.push(content));
      for await (const line of lines) {
        const { content: more } = readLine(nextLine, line);
        characters += more.length;
        this.#requireRoom(characters);
        await send(sentences.push(more));
      }
      await send(sentences.end());
    } finally {
      sentences.close();
    }
  }

  #requireRoom(characters: number): void {
    const { maxTextChars } = this.settings;
    if (characters <= maxTextChars) return;
    throw new WeirError('payload_too_large', `The text is longer than ${maxTextChars} characters.`);
  }
}

async function* linesOf(body: unknown): AsyncGenerator<string> {
  if (!(body instanceof Readable)) {
    throw new WeirError('unsupported_media_type', `Send the body as "content-type: ${NDJSON}".`);
  }
  const reader = new LineReader(MAX_LINE_BYTES);
  try {
    for await (const bytes of body.iterator({ destroyOnReturn: false })) yield* reader.push(bytes as Buffer);
  } catch (error) {
    throw isWeirError(error) ? error : new WeirError('cancelled', 'The client left.', { cause: error });
  } finally {
    dropRest(body);
  }
  yield* reader.end();
}

/** Of a body that is refused in its middle the rest is read, so that its sender reads why; too much ends the connection. */
function dropRest(body: Readable): void {
  if (body.readableEnded || body.destroyed) return;
  let dropped = 0;
  body.on('data', (bytes: Buffer) => {
    dropped += bytes.length;
    if (dropped > MAX_DROPPED_BYTES) body.destroy();
  });
}

function readLine<T extends z.ZodType>(schema: T, line: string): z.output<T> {
  return readWith(schema, parseJsonBody(Buffer.from(line)));
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function resultOf({ start, end, results }: InspectedSentence) {
  return { detections: results, processed_index: end, start_index: start };
}
