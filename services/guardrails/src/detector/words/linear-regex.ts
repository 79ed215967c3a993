import { WeirError } from '@weir/errors';
import { RE2JS, RE2JSException } from 're2js';

const MAX_SOURCE = 1_000;
/** Instructions of one expression: matching takes time in proportion to them, times the text. */
export const MAX_PROGRAM = 250;

export interface LinearRegex {
  readonly source: string;
  /** Size of the compiled program, which is what it costs. */
  readonly cost: number;
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
  /** Half-open spans in the text, at most `limit`, none of them empty. */
  spans(text: string, limit: number): readonly (readonly [number, number])[];
}

/**
 * Compiles a regular expression of RE2's syntax, which is matched in linear time: no back-references, no look-around.
 * @throws WeirError `invalid_configuration` saying what is wrong with it, also when it is too costly.
 */
export function compileLinearRegex(source: string, options: { readonly ignoreCase?: boolean } = {}): LinearRegex {
  const wrong = (what: string, cause?: unknown): WeirError =>
    new WeirError('invalid_configuration', `Regular expression ${JSON.stringify(source.slice(0, 80))}: ${what}.`, {
      cause,
    });
  if (source.length > MAX_SOURCE) throw wrong(`longer than ${MAX_SOURCE} characters`);
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(source, options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw wrong(error.message.replace(/^error parsing regexp: /, '').replaceAll('`', "'"), error);
  }
  const cost = regex.programSize();
  if (cost > MAX_PROGRAM) throw wrong(`it compiles to ${cost} instructions of at most ${MAX_PROGRAM}`);
  return { source, cost, test: (text) => regex.test(text), spans: (text, limit) => spansOf(regex, text, limit) };
}

function spansOf(regex: RE2JS, text: string, limit: number): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  const matcher = regex.matcher(text);
  while (spans.length < limit && matcher.find()) {
    if (matcher.end() > matcher.start()) spans.push([matcher.start(), matcher.end()]);
  }
  return spans;
}
