import type { inferenceV1 } from '@weir/contracts';
import { conversationTexts, type ChatMessage } from '../wire/chat-messages.js';
import { ConversationPart } from '../../check/conversation.js';
import type { DoorCall } from '../door-call.js';
import type { Selection } from '../inspection/inspection-run.js';
import type { InspectionService } from '../inspection/inspection.service.js';
import { placedResults, type PlacedResult } from '../orchestrator/detector-results.js';
import { SentenceInspection, type InspectedSentence } from '../orchestrator/sentence-inspection.js';

type Chunk = inferenceV1.ChatStreamResponse;

/** A part of one choice that may go out. */
export interface LanePart {
  readonly content?: string;
  readonly reasoning?: string;
  readonly toolCalls?: readonly inferenceV1.ToolCall[];
  readonly logprobs?: readonly inferenceV1.TokenLogprob[];
  /** Of this part; absent where nothing is inspected. */
  readonly results?: readonly PlacedResult[];
}

export interface LaneOptions {
  readonly selections: readonly Selection[];
  readonly messages: readonly ChatMessage[];
  readonly call: DoorCall;
  readonly index: number;
}

/** One choice of a streamed answer: nothing of it goes out before every detector has answered for it. */
export class ChoiceLane {
  readonly #inspection: InspectionService;
  readonly #options: LaneOptions;
  readonly #content: SentenceInspection;
  readonly #reasoning: SentenceInspection;
  readonly #calls = new Map<number, inferenceV1.ToolCall>();
  #logprobs: inferenceV1.TokenLogprob[] = [];
  #said = false;

  constructor(inspection: InspectionService, options: LaneOptions) {
    const { selections, messages, call, index } = options;
    this.#inspection = inspection;
    this.#options = options;
    const { texts, context = [] } = conversationTexts(messages);
    const around = { selections, call, context: [...context, ...texts] };
    this.#content = new SentenceInspection(inspection, { ...around, stage: 'output', path: `choices.${index}` });
    this.#reasoning = new SentenceInspection(inspection, { ...around, stage: 'reasoning', path: `reasoning.${index}` });
  }

  /** Whether the choice has said anything or called a tool. */
  get isEmpty(): boolean {
    return !this.#said;
  }

  /** Takes one message of the stream; gives what may go out. */
  async *take({ delta, reasoningDelta, toolCalls, logprobs }: Chunk): AsyncGenerator<LanePart> {
    this.#said ||= delta !== '' || toolCalls.length > 0;
    if (this.#options.selections.length === 0) return yield* passed({ delta, reasoningDelta, toolCalls, logprobs });
    this.#logprobs.push(...logprobs);
    for (const call of toolCalls) this.#append(call);
    if (reasoningDelta) yield* thoughts(this.#reasoning.push(reasoningDelta));
    // Thoughts come before the answer, also where they end in the middle of a sentence.
    if (delta) yield* thoughts(this.#reasoning.end());
    if (delta) yield* this.#contents(this.#content.push(delta));
  }

  /** The choice is complete; gives the rest. */
  async *end(): AsyncGenerator<LanePart> {
    yield* thoughts(this.#reasoning.end());
    yield* this.#contents(this.#content.end());
    if (this.#calls.size === 0) return;
    const toolCalls = [...this.#calls.values()];
    yield { toolCalls, results: await this.#inspectCalls(toolCalls) };
  }

  /** Records what was decided, however the stream ended. */
  close(): void {
    this.#content.close();
    this.#reasoning.close();
  }

  async *#contents(sentences: AsyncIterable<InspectedSentence>): AsyncGenerator<LanePart> {
    for await (const { text: content, results } of sentences) {
      const logprobs = this.#logprobs;
      this.#logprobs = [];
      yield { content, results, logprobs };
    }
  }

  #append({ index, id, name, arguments: text }: inferenceV1.ToolCall): void {
    const known = this.#calls.get(index) ?? { index, id: '', name: '', arguments: '' };
    this.#calls.set(index, {
      index,
      id: known.id || id,
      name: known.name + name,
      arguments: known.arguments + text,
    });
  }

  async #inspectCalls(calls: readonly inferenceV1.ToolCall[]): Promise<PlacedResult[]> {
    const { selections, call, index } = this.#options;
    const units = calls.map(({ index: place, name: tool, arguments: text }) => {
      const path = `choices.${index}.tool_calls.${place}`;
      return { texts: [new ConversationPart({ path, text, tool, json: true, role: 'assistant', stage: 'tool_call' })] };
    });
    const found = await this.#inspection.inspectAll(selections, { units, stage: 'tool_call' }, call);
    return found.flatMap((detections, place) => placedResults(detections, calls[place]?.arguments ?? ''));
  }
}

async function* thoughts(sentences: AsyncIterable<InspectedSentence>): AsyncGenerator<LanePart> {
  for await (const { text: reasoning, results } of sentences) yield { reasoning, results };
}

function* passed(chunk: Pick<Chunk, 'delta' | 'reasoningDelta' | 'toolCalls' | 'logprobs'>): Generator<LanePart> {
  const { delta: content, reasoningDelta: reasoning, toolCalls, logprobs } = chunk;
  if (reasoning) yield { reasoning };
  if (content || logprobs.length > 0) yield { content, logprobs };
  if (toolCalls.length > 0) yield { toolCalls };
}
