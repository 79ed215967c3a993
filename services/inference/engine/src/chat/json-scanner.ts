export type ScanResult = 'more' | 'done' | 'broken';

/** A member of the outermost object while its value is read. */
export interface Member {
  readonly key: string;
  /** The value's JSON text so far. */
  raw: string;
  complete: boolean;
}

interface Token {
  readonly kind: 'key' | 'string' | 'number' | 'literal';
  text: string;
  /** `letter` after a backslash, then how many hex digits are still to come. */
  escape: 'none' | 'letter' | number;
}

type Expectation = 'object' | 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end';

const MOST_DEPTH = 64;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NUMBER_START = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d*)?)?$/;
const LITERALS: readonly string[] = ['true', 'false', 'null'];

/** Reads one JSON object character by character, strictly, and shows the members of its first level as they grow. */
export class JsonScanner {
  /** The member of the first level that is being read, or was read last. */
  member: Member | undefined;
  private readonly open: ('{' | '[')[] = [];
  private expected: Expectation = 'object';
  private token: Token | undefined;
  private key = '';

  push(char: string): ScanResult {
    // Only the character behind a number tells that it is over.
    if (this.token?.kind === 'number' && !/[\d+\-.eE]/.test(char)) {
      if (!NUMBER.test(this.token.text)) return 'broken';
      this.endValue();
    }
    const before = this.insideMember;
    const result = this.token ? this.inToken(this.token, char) : this.between(char);
    if (this.member && (before || this.insideMember)) this.member.raw += char;
    return result;
  }

  private get insideMember(): boolean {
    return this.open.length > 1 || (this.token !== undefined && this.token.kind !== 'key');
  }

  private between(char: string): ScanResult {
    if (/[ \t\n\r]/.test(char)) return 'more';
    switch (this.expected) {
      case 'object':
        return char === '{' ? this.enter(char) : 'broken';
      case 'colon':
        return char === ':' ? this.expect('value') : 'broken';
      case 'key':
        return char === '"' ? this.start('key', '') : 'broken';
      case 'key-or-end':
        return char === '"' ? this.start('key', '') : this.leave(char);
      case 'comma-or-end':
        return char === ',' ? this.expect(this.open.at(-1) === '{' ? 'key' : 'value') : this.leave(char);
      case 'value-or-end':
        return char === ']' ? this.leave(char) : this.startValue(char);
      case 'value':
        return this.startValue(char);
    }
  }

  private startValue(char: string): ScanResult {
    if (this.open.length === 1) this.member = { key: this.key, raw: '', complete: false };
    if (char === '{' || char === '[') return this.enter(char);
    if (char === '"') return this.start('string', '');
    if (/[\d-]/.test(char)) return this.start('number', char);
    return /[tfn]/.test(char) ? this.start('literal', char) : 'broken';
  }

  private inToken(token: Token, char: string): ScanResult {
    if (token.kind === 'key' || token.kind === 'string') return this.inString(token, char);
    token.text += char;
    if (token.kind === 'number') return NUMBER_START.test(token.text) ? 'more' : 'broken';
    if (!LITERALS.some((literal) => literal.startsWith(token.text))) return 'broken';
    if (LITERALS.includes(token.text)) this.endValue();
    return 'more';
  }

  private inString(token: Token, char: string): ScanResult {
    if (char < ' ') return 'broken';
    if (token.escape === 'none' && char === '"') return this.endString(token);
    token.text += char;
    if (token.escape === 'none') {
      if (char === '\\') token.escape = 'letter';
      return 'more';
    }
    if (token.escape === 'letter') {
      token.escape = char === 'u' ? 4 : 'none';
      return /["\\/bfnrtu]/.test(char) ? 'more' : 'broken';
    }
    token.escape = token.escape === 1 ? 'none' : token.escape - 1;
    return /[\da-fA-F]/.test(char) ? 'more' : 'broken';
  }

  private endString({ kind, text }: Token): ScanResult {
    if (kind === 'string') {
      this.endValue();
      return 'more';
    }
    this.token = undefined;
    if (this.open.length === 1) this.key = JSON.parse(`"${text}"`) as string;
    return this.expect('colon');
  }

  private start(kind: Token['kind'], text: string): ScanResult {
    this.token = { kind, text, escape: 'none' };
    return 'more';
  }

  private enter(char: '{' | '['): ScanResult {
    if (this.open.length === MOST_DEPTH) return 'broken';
    this.open.push(char);
    return this.expect(char === '{' ? 'key-or-end' : 'value-or-end');
  }

  private leave(char: string): ScanResult {
    const opened = this.open.pop();
    if (char !== (opened === '{' ? '}' : ']')) return 'broken';
    if (this.open.length === 0) return 'done';
    this.endValue();
    return 'more';
  }

  private endValue(): void {
    this.token = undefined;
    this.expected = 'comma-or-end';
    if (this.open.length === 1 && this.member) this.member.complete = true;
  }

  private expect(expected: Expectation): ScanResult {
    this.expected = expected;
    return 'more';
  }
}
