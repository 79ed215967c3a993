const MAX_CHARACTERS = 1_048_576;
const NAME = String.raw`[\p{L}_:][\p{L}\p{N}\p{M}_:.\-\u00b7]{0,255}`;
const ENTITY = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;
const FORBIDDEN = /(?![\t\n\r])\p{Cc}(?<![\x7f-\x9f])|[\ufffe\uffff]/u;
const OPEN = new RegExp(`<(${NAME})`, 'uy');
const CLOSE = new RegExp(String.raw`</(${NAME})\s*>`, 'uy');
const ATTRIBUTE = new RegExp(String.raw`\s+(${NAME})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')`, 'uy');
const TAG_END = /\s*(\/?)>/y;
const TEXT = /[^<]+/y;

/** Why a text is no well-formed XML document; undefined if it is one. Documents that define entities are refused. */
export function xmlProblem(text: string, maxDepth: number): string | undefined {
  if (text.length > MAX_CHARACTERS) return 'too_large';
  if (FORBIDDEN.test(text)) return 'not_xml';
  return new XmlReader(text, maxDepth).problem();
}

/** Reads a document once, from its beginning to its end, with the open elements on a bounded stack. */
class XmlReader {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #open: string[] = [];
  #at = 0;
  #roots = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text.replace(/^\ufeff/, '');
    this.#maxDepth = maxDepth;
  }

  problem(): string | undefined {
    while (this.#at < this.#text.length) {
      const problem = this.#part();
      if (problem) return problem;
    }
    return this.#open.length === 0 && this.#roots === 1 ? undefined : 'not_xml';
  }

  #part(): string | undefined {
    if (this.#text[this.#at] !== '<') return this.#characters();
    if (this.#starts('<!--')) return this.#skip('-->', (inner) => !inner.includes('--'));
    if (this.#starts('<![CDATA[')) return this.#open.length ? this.#skip(']]>', () => true) : 'not_xml';
    if (this.#starts('<!')) return 'declaration';
    if (this.#starts('<?')) return this.#skip('?>', (inner) => this.#at === 0 || !/^\?xml\b/i.test(inner));
    return this.#starts('</') ? this.#close() : this.#element();
  }

  #characters(): string | undefined {
    const text = this.#match(TEXT)?.[0] ?? '';
    if (this.#open.length === 0) return /^\s*$/.test(text) ? undefined : 'not_xml';
    return ENTITY.test(text) || text.includes(']]>') ? 'not_xml' : undefined;
  }

  #element(): string | undefined {
    const name = this.#match(OPEN)?.[1];
    if (name === undefined) return 'not_xml';
    const names = new Set<string>();
    for (let attribute = this.#match(ATTRIBUTE); attribute; attribute = this.#match(ATTRIBUTE)) {
      if (names.has(attribute[1]!) || ENTITY.test(attribute[2] ?? attribute[3] ?? '')) return 'not_xml';
      names.add(attribute[1]!);
    }
    const end = this.#match(TAG_END);
    if (!end) return 'not_xml';
    if (this.#open.length === 0 && ++this.#roots > 1) return 'not_xml';
    if (this.#open.length >= this.#maxDepth) return 'too_deep';
    if (!end[1]) this.#open.push(name);
    return undefined;
  }

  #close(): string | undefined {
    const name = this.#match(CLOSE)?.[1];
    return name !== undefined && this.#open.pop() === name ? undefined : 'not_xml';
  }

  #skip(end: string, isFine: (inner: string) => boolean): string | undefined {
    const stop = this.#text.indexOf(end, this.#at + 2);
    if (stop < 0 || !isFine(this.#text.slice(this.#at + (end === '-->' ? 4 : 1), stop))) return 'not_xml';
    this.#at = stop + end.length;
    return undefined;
  }

  #starts(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match) this.#at += match[0].length;
    return match;
  }
}
