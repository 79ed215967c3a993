import { JsonScanner, type Member, type ScanResult } from './json-scanner.js';
import type { NamedFormat, ToolCallFormat } from './tool-call-format.js';

/** Hears of a call as soon as it is certain: its name and that arguments begin, then the arguments' JSON text. */
export interface CallListener {
  onCall(name: string): void;
  onArguments(text: string): void;
}

/** Reads one call without its opener and its closer. */
export interface CallReader {
  push(char: string): ScanResult;
}

export function callReader(format: ToolCallFormat, tools: ReadonlySet<string>, listener: CallListener): CallReader {
  return format.kind === 'named' ? new NamedReader(format, tools, listener) : new ObjectReader(tools, listener);
}

/** `{"name": …, "arguments": {…}}`; the members in any order, and `parameters` as another word for `arguments`. */
class ObjectReader implements CallReader {
  private readonly scanner = new JsonScanner();
  private name: string | undefined;
  private args: Member | undefined;
  private told = 0;

  constructor(
    private readonly tools: ReadonlySet<string>,
    private readonly listener: CallListener,
  ) {}

  push(char: string): ScanResult {
    const result = this.scanner.push(char);
    if (result === 'broken' || !this.follow(this.scanner.member)) return 'broken';
    return result === 'done' && !this.finish() ? 'broken' : result;
  }

  private follow(member: Member | undefined): boolean {
    if (member?.key === 'name' && member.complete) return this.takeName(member.raw);
    if (member?.key !== 'arguments' && member?.key !== 'parameters') return true;
    if (this.args !== undefined && this.args !== member) return false;
    this.args = member;
    if (this.name !== undefined && member.raw.startsWith('{')) this.tell(member.raw);
    return true;
  }

  private takeName(raw: string): boolean {
    const name: unknown = JSON.parse(raw);
    const taken = typeof name === 'string' && this.tools.has(name) && (this.name === undefined || this.name === name);
    if (taken) this.name = name;
    return taken;
  }

  private finish(): boolean {
    if (this.name === undefined) return false;
    if (this.told > 0) return true;
    const text = objectText(this.args?.raw ?? '{}');
    if (text === undefined) return false;
    this.tell(text);
    return true;
  }

  private tell(text: string): void {
    if (this.told === 0) this.listener.onCall(this.name ?? '');
    if (text.length > this.told) this.listener.onArguments(text.slice(this.told));
    this.told = text.length;
  }
}

// Some models write the arguments as a JSON text inside of a string, and nothing as null.
function objectText(raw: string): string | undefined {
  if (raw.startsWith('{')) return raw;
  if (raw === 'null') return '{}';
  const text: unknown = JSON.parse(raw);
  if (typeof text !== 'string') return undefined;
  const scanner = new JsonScanner();
  const results = [...text.trim()].map((char) => scanner.push(char));
  return results.indexOf('done') === results.length - 1 ? text.trim() : undefined;
}

const LONGEST_NAME = 256;

/** The name, a mark, and the arguments as a JSON object. */
class NamedReader implements CallReader {
  private readonly scanner = new JsonScanner();
  private head = '';
  private state: 'name' | 'space' | 'arguments' = 'name';

  constructor(
    private readonly format: NamedFormat,
    private readonly tools: ReadonlySet<string>,
    private readonly listener: CallListener,
  ) {}

  push(char: string): ScanResult {
    if (this.state === 'name') return this.inName(char);
    if (this.state === 'space' && /\s/.test(char)) return 'more';
    const result = this.scanner.push(char);
    if (result === 'broken') return result;
    if (this.state === 'space') this.listener.onCall(this.name);
    this.state = 'arguments';
    this.listener.onArguments(char);
    return result;
  }

  private inName(char: string): ScanResult {
    this.head += char;
    if (!this.head.endsWith(this.format.nameEnd)) return this.head.length > LONGEST_NAME ? 'broken' : 'more';
    this.state = 'space';
    return this.tools.has(this.name) ? 'more' : 'broken';
  }

  private get name(): string {
    const { nameEnd, idMark } = this.format;
    const text = this.head.slice(0, -nameEnd.length);
    return (idMark ? text.split(idMark)[0]! : text).trim();
  }
}
