import type { Token } from 'node-llama-cpp';
import type { DecodeRow, Decoder } from '../model/decoder.js';
import type { Generation } from './generation.js';

/** One sequence of the context and the request that runs in it. */
export class Slot {
  generation: Generation | undefined;
  /** What the request's caller wants of it next. */
  wish: 'cancel' | 'park' | undefined;
  /** Tokens whose state the sequence has. */
  kept: Token[] = [];
  /** Whose tokens they are. */
  private owner = '';
  /** When it was used last; 0 = never. */
  usedAt = 0;

  constructor(
    readonly sequence: number,
    private readonly decoder: Decoder,
  ) {}

  /** Tokens of its request that are not evaluated yet. */
  get left(): number {
    return this.generation ? this.generation.tokens.length - this.kept.length : 0;
  }

  /** It has read the prompt, or what it had before it was parked. */
  get decodes(): boolean {
    return this.left === 1 && this.kept.length >= (this.generation?.promptLength ?? 0);
  }

  /** Tokens of this tenant's list whose state the sequence still has; one is always left to evaluate. */
  reusable(tokens: readonly Token[], tenant: string): number {
    if (tenant !== this.owner) return 0;
    const most = Math.min(this.kept.length, tokens.length - 1);
    let same = 0;
    while (same < most && this.kept[same] === tokens[same]) same++;
    return same;
  }

  /** Readies the sequence for its request. Gives how many tokens need not be evaluated again. */
  begin(reuse: boolean): number {
    const tenant = this.generation?.sampling.tenant ?? '';
    this.forgetAfter(reuse ? this.reusable(this.generation?.tokens ?? [], tenant) : 0);
    this.owner = tenant;
    return this.kept.length;
  }

  /** The next tokens of its request, with those outputs that it needs. */
  row(tokens: number): DecodeRow {
    const { generation, kept, sequence } = this;
    const start = kept.length;
    const part = generation?.tokens.slice(start, start + tokens) ?? [];
    const isLast = part.length === this.left;
    const outputs = generation?.scoresPrompt ? part.map((_, index) => index) : isLast ? [part.length - 1] : [];
    return { sequence, start, tokens: part, outputs };
  }

  evaluated(row: DecodeRow, now: number): void {
    this.kept.push(...row.tokens);
    this.usedAt = now;
  }

  /** Its state stays, so that a request with the same beginning can go on from there. */
  end(): void {
    this.generation = undefined;
    this.wish = undefined;
  }

  /** After a failed batch nobody knows what the sequence has. */
  forget(): void {
    this.forgetAfter(0);
  }

  private forgetAfter(tokens: number): void {
    if (this.kept.length === tokens) return;
    const left = this.decoder.keep(this.sequence, tokens);
    this.kept = this.kept.slice(0, left);
  }
}
