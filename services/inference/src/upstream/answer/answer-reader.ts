import { WeirError } from '@weir/errors';
import type { FinishReason, TokenLogprob, ToolCallDelta, Usage } from '../../generation/generation.js';
import { finishOf } from './finish.js';
import { logprobsOf } from './logprobs.js';
import { SseLines } from './sse-lines.js';
import { ToolCallDeltas } from './tool-call-deltas.js';
import { streamError } from '../errors/upstream-errors.js';
import { fieldsOf, type Fields } from '../json-fields.js';
import { usageIn } from './usage.js';
import { WholeCharacters } from './whole-characters.js';

/** What one read from the socket brought. */
export interface AnswerPart {
  readonly text: string;
  /** What the model thinks before its answer, to append. */
  readonly reasoning: string;
  /** Pieces with text, thoughts or calls: about one token each, exactly how many only the usage tells. */
  readonly pieces: number;
  /** Of the tokens of the text, never of thoughts. */
  readonly logprobs: readonly TokenLogprob[];
  readonly toolCalls: readonly ToolCallDelta[];
}

/** Names under which servers stream what a model thinks; some send the same under two of them. */
const THOUGHTS = ['reasoning_content', 'reasoning', 'thinking'];

/** Reads one streamed answer of an OpenAI-compatible upstream, in any pieces. */
export class AnswerReader {
  finish: FinishReason | undefined;
  pieces = 0;
  private told: Usage | undefined;
  private readonly decoder = new TextDecoder();
  private readonly lines = new SseLines();
  private readonly calls: ToolCallDeltas;
  private readonly text = new WholeCharacters();
  private readonly thoughts = new WholeCharacters();
  /** Thoughts and text shared a chunk: which of its tokens are whose is not told. */
  private mixed = false;

  constructor(newId: () => string) {
    this.calls = new ToolCallDeltas(newId);
  }

  /** Undefined while it is not told, or when it says less than what came: it would be wrong. */
  get usage(): Usage | undefined {
    return this.told && this.told.outputTokens < this.pieces ? undefined : this.told;
  }

  /** @throws WeirError `upstream_error`, or what an error or an end inside the stream stands for */
  push(bytes: Uint8Array): AnswerPart {
    return this.take(this.lines.push(this.decoder.decode(bytes, { stream: true })));
  }

  flush(): AnswerPart {
    return this.withRest(this.take([...this.lines.push(this.decoder.decode()), ...this.lines.flush()]));
  }

  /** Reads an answer that is one JSON value. */
  whole(text: string): AnswerPart {
    return this.withRest(this.take([text]));
  }

  private take(items: readonly string[]): AnswerPart {
    const part = {
      text: '',
      reasoning: '',
      pieces: 0,
      logprobs: [] as TokenLogprob[],
      toolCalls: [] as ToolCallDelta[],
    };
    for (const item of items) {
      if (item === '[DONE]') continue;
      const chunk = parseChunk(item);
      this.told = usageIn(chunk) ?? this.told;
      const choice = Array.isArray(chunk.choices) ? fieldsOf(chunk.choices[0]) : undefined;
      if (!choice) continue;
      const said = this.read(choice);
      part.text += said.text;
      part.reasoning += said.reasoning;
      part.pieces += said.pieces;
      part.logprobs.push(...said.logprobs);
      part.toolCalls.push(...said.toolCalls);
      if (typeof choice.finish_reason === 'string') this.finish = finishOf(choice.finish_reason, this.calls.calls);
    }
    return part;
  }

  /** With what still waited for its other half when the answer ended: a piece, so that it is not passed over. */
  private withRest(part: AnswerPart): AnswerPart {
    const text = part.text + this.text.flush();
    const reasoning = part.reasoning + this.thoughts.flush();
    const toolCalls = [...part.toolCalls, ...this.calls.flush()];
    const hasMore = text !== part.text || reasoning !== part.reasoning || toolCalls.length > part.toolCalls.length;
    return { ...part, text, reasoning, toolCalls, pieces: hasMore ? Math.max(1, part.pieces) : part.pieces };
  }

  private read(choice: Fields): AnswerPart {
    const delta = fieldsOf(choice.delta) ?? fieldsOf(choice.message) ?? {};
    const text = this.text.push(textOf(delta.content) || textOf(delta.refusal) || textOf(choice.text));
    const toolCalls = this.calls.push(callsIn(delta));
    const reasoning = this.thoughts.push(thoughtsIn(delta));
    const pieces = text !== '' || toolCalls.length > 0 || reasoning !== '' ? 1 : 0;
    this.pieces += pieces;
    return { text, reasoning, pieces, logprobs: this.logprobsOfText(choice, text, reasoning), toolCalls };
  }

  /** Tokens of thoughts spell what no filter of the text has seen. */
  private logprobsOfText(choice: Fields, text: string, reasoning: string): readonly TokenLogprob[] {
    if (reasoning !== '' && text !== '') this.mixed = true;
    return this.mixed || reasoning !== '' ? [] : logprobsOf(choice.logprobs);
  }
}

function thoughtsIn(delta: Fields): string {
  return THOUGHTS.map((name) => textOf(delta[name])).find((thought) => thought !== '') ?? '';
}

function callsIn({ tool_calls, function_call }: Fields): unknown {
  // The form that was there before calls could be several.
  return Array.isArray(tool_calls) || !function_call ? tool_calls : [{ index: 0, function: function_call }];
}

/** Text as such, or in parts. */
function textOf(value: unknown): string {
  if (!Array.isArray(value)) return stringOf(value);
  return value.map((part) => stringOf(fieldsOf(part)?.text)).join('');
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parseChunk(item: string): Fields {
  const chunk = parseJson(item);
  if (!chunk) throw new WeirError('upstream_error', 'The upstream sent what is not a chunk.');
  if (chunk.error || chunk.object === 'error') throw streamError(item, chunk);
  return chunk;
}

function parseJson(item: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(item));
  } catch (error) {
    throw new WeirError('upstream_error', 'The upstream sent what is not JSON.', { cause: error });
  }
}
