import type { FinishReason, ToolCallReport } from '../protocol.js';
import { callReader, type CallListener, type CallReader } from './call-reader.js';
import type { ToolCallFormat } from './tool-call-format.js';

export interface ParsedText {
  readonly text: string;
  readonly toolCalls: ToolCallReport[];
}

export interface ToolCallParser {
  /** Takes the next piece of an answer; how it is cut changes nothing. */
  push(text: string): ParsedText;
  /** The answer is over: what was held back comes out. */
  flush(): ParsedText;
  /** Calls that were read to their end. */
  readonly calls: number;
  /** One call was wanted and is there: the answer may end here. */
  readonly done: boolean;
}

export interface ToolCallParserOptions {
  readonly newId: () => string;
  /** Stop after the first call. */
  readonly single: boolean;
}

/** Takes the calls of the named tools out of an answer. What is no whole call of one of them stays text. */
export function createToolCallParser(
  format: ToolCallFormat,
  tools: readonly string[],
  options: ToolCallParserOptions,
): ToolCallParser {
  return new AnswerParser(format, new Set(tools), options);
}

/** An answer that the model ended by itself after at least one call. */
export function finishReasonOf(reason: FinishReason, calls: number): FinishReason {
  return reason === 'stop' && calls > 0 ? 'tool_calls' : reason;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An id for a call: `call_` and 24 of base 62, from `random` in [0, 1). */
export function newToolCallId(random: () => number): string {
  return `call_${Array.from({ length: 24 }, () => BASE62[Math.floor(random() * 62)]).join('')}`;
}

/** `text` outside of calls, `call` inside of one, `closing` behind its body. */
type Place = 'text' | 'call' | 'closing';

class AnswerParser implements ToolCallParser, CallListener {
  calls = 0;
  private begun = 0;
  private place: Place = 'text';
  /** What is markup if a call comes of it, and text if not. */
  private held = '';
  private reader: CallReader | undefined;
  private announced = false;
  /** Inside of the array of a format that lists its calls. */
  private inList = false;
  /** Nothing but space since a call: space is markup here, and a call may begin without its opener. */
  private afterCall = false;
  private atStart = true;
  private text = '';
  private reports: ToolCallReport[] = [];

  constructor(
    private readonly format: ToolCallFormat,
    private readonly tools: ReadonlySet<string>,
    private readonly options: ToolCallParserOptions,
  ) {}

  get done(): boolean {
    return this.options.single && this.calls > 0;
  }

  push(text: string): ParsedText {
    for (const char of text) this.take(char);
    return this.drain();
  }

  flush(): ParsedText {
    const markup = this.place === 'closing' || (this.place === 'text' && this.afterCall && this.held.trim() === '');
    if (!markup) this.text += this.held;
    this.held = '';
    this.place = 'text';
    return this.drain();
  }

  onCall(name: string): void {
    this.announced = true;
    this.held = '';
    this.reports.push({ index: this.begun++, id: this.options.newId(), name, arguments: '' });
  }

  onArguments(text: string): void {
    const index = this.begun - 1;
    const last = this.reports.at(-1);
    if (last?.index !== index) this.reports.push({ index, id: '', name: '', arguments: text });
    else this.reports[this.reports.length - 1] = { ...last, arguments: last.arguments + text };
  }

  private take(char: string): void {
    if (this.done) return;
    if (this.place === 'call') this.inCall(char);
    else if (this.place === 'closing') this.inClosing(char);
    else this.inText(char);
  }

  private inText(char: string): void {
    this.held += char;
    const start = this.isBare && this.afterCall ? this.held.replace(/^[\s;]+/, '') : this.held.trimStart();
    if (this.startsBare(start)) return this.enterCall(start);
    const { opener } = this.format;
    if (start === opener) return this.enterCall('');
    if (start === '' || opener.startsWith(start)) return;
    this.release(start);
  }

  // The first character cannot open a call; the ones behind it may.
  private release(start: string): void {
    const length = this.held.length - start.length + 1;
    this.text += this.held.slice(0, length);
    const rest = this.held.slice(length);
    this.held = '';
    this.atStart = false;
    this.afterCall = false;
    for (const char of rest) this.inText(char);
  }

  private get isBare(): boolean {
    return this.format.kind === 'object' && this.format.bare;
  }

  private startsBare(start: string): boolean {
    return this.isBare && (this.atStart || this.afterCall) && start === '{';
  }

  private enterCall(body: string): void {
    this.place = 'call';
    this.announced = false;
    this.inList = false;
    this.reader = undefined;
    this.held = this.held.slice(0, this.held.length - body.length);
    for (const char of body) this.inCall(char);
  }

  private inCall(char: string): void {
    if (!this.announced) this.held += char;
    if (!this.reader && /\s/.test(char)) return;
    if (!this.reader && this.needsList) {
      if (char !== '[') return this.breakOff();
      this.inList = true;
      return;
    }
    this.reader ??= callReader(this.format, this.tools, this);
    const result = this.reader.push(char);
    if (result === 'done') this.endCall();
    if (result === 'broken') this.breakOff(char);
  }

  private get needsList(): boolean {
    return this.format.kind === 'object' && this.format.list && !this.inList;
  }

  private endCall(): void {
    this.calls++;
    this.place = 'closing';
    this.reader = undefined;
    this.held = '';
    if (this.awaited.length === 0) this.leaveCall();
  }

  // The character that broke the call may open the next one.
  private breakOff(char?: string): void {
    const text = char === undefined || this.announced ? this.held : this.held.slice(0, -char.length);
    this.place = 'text';
    this.text += text;
    this.held = '';
    this.atStart = false;
    this.afterCall = false;
    if (char !== undefined) this.inText(char);
  }

  /** What may follow a call before the next one: its closer, or the next of a list. */
  private get awaited(): readonly string[] {
    if (this.inList) return [',', ']'];
    return this.format.closer === '' ? [] : [this.format.closer];
  }

  private inClosing(char: string): void {
    this.held += char;
    const start = this.held.trimStart();
    if (this.awaited.includes(start)) {
      if (start !== ',') return this.leaveCall();
      this.place = 'call';
      this.announced = false;
      return;
    }
    if (this.awaited.some((text) => text.startsWith(start))) return;
    const rest = this.held;
    this.leaveCall();
    for (const next of rest) this.inText(next);
  }

  private leaveCall(): void {
    this.place = 'text';
    this.held = '';
    this.afterCall = true;
  }

  private drain(): ParsedText {
    const parsed = { text: this.text, toolCalls: this.reports };
    this.text = '';
    this.reports = [];
    return parsed;
  }
}
