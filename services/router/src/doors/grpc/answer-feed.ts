import { Wakeup } from '@weir/resilience';
import type { AnswerDelta } from '../../routing/attempt.js';

/** Characters that may wait before the producers should pause. */
const ROOM = 65_536;

/** Stands for a token with its alternatives, or for a call, in the count of what waits. */
const PIECE = 256;

/**
 * Pieces of an answer on their way to one reader. Text of one choice that comes while the reader is busy goes on as one
 * piece. After `close` everything is dropped and nobody waits.
 */
export class AnswerFeed implements AsyncIterable<AnswerDelta> {
  #waiting: AnswerDelta[] = [];
  #size = 0;
  #ended = false;
  readonly #reader = new Wakeup();
  readonly #room = new Wakeup();

  /** A promise when there is too much to read: wait for it before the next piece. */
  push(delta: AnswerDelta): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#size += sizeOf(delta);
    const last = this.#waiting.at(-1);
    const joined = last && joinedDelta(last, delta);
    if (joined) {
      this.#waiting[this.#waiting.length - 1] = joined;
    } else {
      this.#waiting.push(delta);
    }
    this.#reader.wake();
    if (this.#size < ROOM) return undefined;
    return this.#room.wait();
  }

  /** Nothing more comes; what waits is still read. */
  end(): void {
    this.#ended = true;
    this.#reader.wake();
  }

  close(): void {
    this.#waiting = [];
    this.#makeRoom();
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AnswerDelta, void, undefined> {
    for (;;) {
      if (this.#waiting.length > 0) {
        const ready = this.#waiting;
        this.#waiting = [];
        this.#makeRoom();
        yield* ready;
        continue;
      }
      if (this.#ended) return;
      await this.#reader.wait();
    }
  }

  #makeRoom(): void {
    this.#size = 0;
    this.#room.wake();
  }
}

/** Undefined where the two are no pieces of the same text. */
function joinedDelta(last: AnswerDelta, next: AnswerDelta): AnswerDelta | undefined {
  if (last.index !== next.index || !isText(last) || !isText(next)) return undefined;
  const { index } = last;
  if (last.reasoning === undefined && next.reasoning === undefined) return { index, text: last.text + next.text };
  if (last.reasoning === undefined || next.reasoning === undefined) return undefined;
  return { index, text: '', reasoning: last.reasoning + next.reasoning };
}

function isText({ logprobs, promptLogprobs, toolCalls }: AnswerDelta): boolean {
  return !logprobs && !promptLogprobs && !toolCalls;
}

function sizeOf({ text, reasoning = '', logprobs, toolCalls }: AnswerDelta): number {
  const calls = toolCalls?.reduce((sum, call) => sum + PIECE + call.arguments.length, 0) ?? 0;
  return text.length + reasoning.length + PIECE * (logprobs?.length ?? 0) + calls;
}
