/** A small reader of GBNF, apart from the code under test: says whether a grammar matches a text whole. */
type Node =
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

export function gbnfMatches(grammar: string, text: string): boolean {
  return new Matcher(parseGrammar(grammar), [...text]).matches();
}

class Matcher {
  private readonly known = new Map<Node, Map<number, Set<number>>>();

  constructor(
    private readonly rules: ReadonlyMap<string, Node>,
    private readonly chars: readonly string[],
  ) {}

  matches(): boolean {
    return this.ends({ kind: 'rule', name: 'root' }, 0).has(this.chars.length);
  }

  private ends(node: Node, at: number): Set<number> {
    const known = this.known.get(node) ?? new Map<number, Set<number>>();
    this.known.set(node, known);
    const found = known.get(at);
    if (found) return found;
    // What asks for itself again before a character was read is left recursion: it matches nothing here.
    known.set(at, new Set());
    const ends = this.find(node, at);
    known.set(at, ends);
    return ends;
  }

  private find(node: Node, at: number): Set<number> {
    switch (node.kind) {
      case 'class':
        return this.inClass(node, at) ? new Set([at + 1]) : new Set();
      case 'rule': {
        const rule = this.rules.get(node.name);
        if (!rule) throw new SyntaxError(`no rule ${node.name}`);
        return this.ends(rule, at);
      }
      case 'sequence':
        return node.parts.reduce((from, part) => this.all(from, part), new Set([at]));
      case 'choice':
        return new Set(node.options.flatMap((option) => [...this.ends(option, at)]));
      case 'repeat':
        return this.repeated(node, at);
    }
  }

  private repeated(node: Node & { kind: 'repeat' }, at: number): Set<number> {
    const ends = new Set<number>();
    let from = new Set([at]);
    for (let times = 0; times <= node.max && from.size > 0; times++) {
      const before = ends.size;
      if (times >= node.min) for (const end of from) ends.add(end);
      if (times > node.min && ends.size === before) break;
      from = this.all(from, node.part);
    }
    return ends;
  }

  private all(from: ReadonlySet<number>, part: Node): Set<number> {
    return new Set([...from].flatMap((start) => [...this.ends(part, start)]));
  }

  private inClass({ negated, ranges }: Node & { kind: 'class' }, at: number): boolean {
    const code = this.chars[at]?.codePointAt(0);
    return code !== undefined && ranges.some(([from, to]) => from <= code && code <= to) !== negated;
  }
}

function parseGrammar(grammar: string): Map<string, Node> {
  const lines = grammar.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [, name, body] = /^([a-zA-Z0-9-]+) ::= (.*)$/.exec(line) ?? [];
      if (name === undefined || body === undefined) throw new SyntaxError(`no rule: ${line}`);
      return [name, new Parser(body).parse()];
    }),
  );
}

class Parser {
  private at = 0;
  private readonly chars: readonly string[];

  constructor(body: string) {
    this.chars = [...body];
  }

  parse(): Node {
    const node = this.choice();
    if (this.at < this.chars.length) throw new SyntaxError(`left: ${this.chars.slice(this.at).join('')}`);
    return node;
  }

  private choice(): Node {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return { kind: 'choice', options };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    for (this.space(); this.at < this.chars.length && !'|)'.includes(this.chars[this.at]!); this.space())
      parts.push(this.item());
    return { kind: 'sequence', parts };
  }

  private item(): Node {
    const part = this.atom();
    if (this.take('*')) return { kind: 'repeat', part, min: 0, max: Infinity };
    if (this.take('+')) return { kind: 'repeat', part, min: 1, max: Infinity };
    if (this.take('?')) return { kind: 'repeat', part, min: 0, max: 1 };
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.chars.slice(this.at, this.at + 20).join(''));
    if (!counted) return part;
    this.at += counted[0].length;
    const min = Number(counted[1]);
    return { kind: 'repeat', part, min, max: counted[2] ? (counted[3] ? Number(counted[3]) : Infinity) : min };
  }

  private atom(): Node {
    if (this.take('(')) {
      const node = this.choice();
      if (!this.take(')')) throw new SyntaxError('a group without an end');
      return node;
    }
    if (this.chars[this.at] === '"') return this.literal();
    if (this.chars[this.at] === '[') return this.class();
    const name = /^[a-zA-Z0-9-]+/.exec(this.chars.slice(this.at, this.at + 80).join(''))?.[0];
    if (!name) throw new SyntaxError(`no atom: ${this.chars.slice(this.at).join('')}`);
    this.at += name.length;
    return { kind: 'rule', name };
  }

  private literal(): Node {
    const parts: Node[] = [];
    this.at++;
    while (this.chars[this.at] !== '"') {
      const code = this.char();
      parts.push({ kind: 'class', negated: false, ranges: [[code, code]] });
    }
    this.at++;
    return { kind: 'sequence', parts };
  }

  private class(): Node {
    const ranges: (readonly [number, number])[] = [];
    const negated = this.chars[++this.at] === '^';
    if (negated) this.at++;
    while (this.chars[this.at] !== ']') {
      const from = this.char();
      const isRange = this.chars[this.at] === '-' && this.chars[this.at + 1] !== ']';
      if (isRange) this.at++;
      ranges.push([from, isRange ? this.char() : from]);
    }
    this.at++;
    return { kind: 'class', negated, ranges };
  }

  private char(): number {
    const char = this.chars[this.at++];
    if (char === undefined) throw new SyntaxError('a text without an end');
    if (char !== '\\') return char.codePointAt(0)!;
    const escape = this.chars[this.at++] ?? '';
    const digits = { x: 2, u: 4, U: 8 }[escape];
    if (digits) {
      this.at += digits;
      return Number.parseInt(this.chars.slice(this.at - digits, this.at).join(''), 16);
    }
    const plain = { t: '\t', r: '\r', n: '\n', '\\': '\\', '"': '"', '[': '[', ']': ']' }[escape];
    if (!plain) throw new SyntaxError(`no escape: ${escape}`);
    return plain.codePointAt(0)!;
  }

  private take(char: string): boolean {
    if (char !== '*' && char !== '+' && char !== '?') this.space();
    if (this.chars[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private space(): void {
    while (this.chars[this.at] === ' ') this.at++;
  }
}
