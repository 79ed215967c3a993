import { ChildError } from '../child-error.js';

/** A piece of a prompt: markup of the template may hold control tokens, words of people never do. */
export interface PromptPiece {
  readonly text: string;
  readonly markup: boolean;
}

// Private-use characters: no template and no vocabulary has them.
const OPEN = '\uE000';
const CLOSE = '\uE001';
// A control character inside every mark: JSON escapes it, so that a mark tells how often it went through `tojson`.
const LEVEL = '\u0001';

const MARK = new RegExp(`(${OPEN}|\\\\+u[eE]000)(\\d+)(?:${LEVEL}|(\\\\+)u0001)(?:${CLOSE}|\\\\+u[eE]001)`, 'g');
const MOST_DEPTH = 64;

/** Words of JSON Schema that templates look for; every other text of a tool stays out of the markup. */
const SCHEMA_WORDS: ReadonlySet<string> = new Set(
  (
    'type function name description parameters properties required items enum const anyOf oneOf allOf not $ref $defs ' +
    'definitions default title format pattern minimum maximum minLength maxLength minItems maxItems ' +
    'additionalProperties prefixItems nullable strict string number integer boolean object array null'
  ).split(' '),
);

/**
 * Stands marks for texts from outside while a template renders, so that a control token that somebody typed stays plain
 * text. The same text has the same mark: templates compare.
 */
export class PromptMarks {
  private readonly texts: string[] = [];
  private readonly indexes = new Map<string, number>();

  /** The mark of a text. Space stays outside of it, so that a template that trims still does. */
  text(text: string): string {
    const middle = text.trim();
    if (middle === '') return text;
    const start = text.indexOf(middle);
    return text.slice(0, start) + this.mark(middle) + text.slice(start + middle.length);
  }

  /** A JSON value with marks for its keys and strings. */
  json(value: unknown, depth = 0): unknown {
    if (depth > MOST_DEPTH)
      throw new ChildError('invalid_request', `A tool's JSON is nested deeper than ${MOST_DEPTH}.`);
    if (typeof value === 'string') return SCHEMA_WORDS.has(value) ? value : this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.json(item, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        SCHEMA_WORDS.has(key) ? key : this.text(key),
        this.json(item, depth + 1),
      ]),
    );
  }

  /** What the template rendered, with the texts back in their places, escaped as often as their marks were. */
  pieces(rendered: string): PromptPiece[] {
    const pieces: PromptPiece[] = [];
    let from = 0;
    for (const found of rendered.matchAll(MARK)) {
      const [mark, open, index, slashes] = found;
      pieces.push({ text: rendered.slice(from, found.index), markup: true });
      pieces.push({ text: escaped(this.texts[Number(index)] ?? '', levelOf(slashes), open !== OPEN), markup: false });
      from = found.index + mark.length;
    }
    pieces.push({ text: rendered.slice(from), markup: true });
    if (pieces.some(({ text, markup }) => markup && (text.includes(OPEN) || text.includes(CLOSE)))) throw cutMark();
    return pieces.filter(({ text }) => text !== '');
  }

  private mark(text: string): string {
    let index = this.indexes.get(text);
    if (index === undefined) {
      index = this.texts.push(text) - 1;
      this.indexes.set(text, index);
    }
    return `${OPEN}${index}${LEVEL}${CLOSE}`;
  }
}

// One backslash after the first `tojson`, two after the second, four after the third.
function levelOf(slashes: string | undefined): number {
  return slashes ? Math.log2(slashes.length) + 1 : 0;
}

function escaped(text: string, level: number, ascii: boolean): string {
  let result = text;
  for (let i = 0; i < level; i++) {
    result = JSON.stringify(result).slice(1, -1);
    if (ascii)
      result = result.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }
  return result;
}

function cutMark(): ChildError {
  return new ChildError(
    'invalid_request',
    "The model's chat template cuts the texts of messages, which cannot be followed.",
  );
}
