/** Turns tokens into text; the second argument is what came just before. */
export type Detokenize<Token> = (tokens: readonly Token[], before: readonly Token[]) => string;

/** A character has at most 4 bytes in UTF-8, so a started one is whole, or broken for good, 4 tokens later. */
const MOST_WAIT = 4;
const UNFINISHED = /\uFFFD{1,3}$/;

/** Text of a growing list of tokens that never cuts a character: bytes of an unfinished one wait for the rest. */
export class TokenText<Token> {
  private open: Token[] = [];
  private before: Token[] = [];
  private released = '';
  private waited = 0;

  constructor(private readonly detokenize: Detokenize<Token>) {}

  push(token: Token): string {
    this.open.push(token);
    const text = this.detokenize(this.open, this.before);
    const whole = text.replace(UNFINISHED, '');
    if (whole === text || this.waited >= MOST_WAIT) return this.close(text);
    this.waited = whole.length > this.released.length ? 1 : this.waited + 1;
    return this.release(whole);
  }

  /** Text of the open tokens without a last character that never got all its bytes. */
  flush(): string {
    if (this.open.length === 0) return '';
    return this.close(this.detokenize(this.open, this.before).replace(UNFINISHED, ''));
  }

  private release(text: string): string {
    const fresh = text.slice(this.released.length);
    this.released = text;
    return fresh;
  }

  private close(text: string): string {
    const fresh = this.release(text);
    this.before = [...this.before, ...this.open].slice(-MOST_WAIT);
    this.open = [];
    this.released = '';
    this.waited = 0;
    return fresh;
  }
}
