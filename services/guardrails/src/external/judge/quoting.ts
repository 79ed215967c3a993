/** What a template's delimiters begin with, so that a judged text cannot close or open one. */
const DELIMITERS =
  /<(?=\s{0,8}\||\s{0,8}\/?\s{0,8}(?:begin|end|start|stop|guardian|score|think|no-think|confidence|document|data))/gi;
/** Lines that look as if somebody else began to speak. */
const SPEAKERS = /^(?=[^\S\n]*(?:user|agent|assistant|system|human|context|task)(?:[^\S\n]+\w+)?[^\S\n]*:)/gim;
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029\v\f]/g;

/**
 * A text as data inside a template: the brackets of delimiters become look-alikes that no template knows, and lines that
 * begin like a turn are quoted. Everything else is as it was.
 */
export function quoted(text: string): string {
  return text.replace(LINE_ENDS, '\n').replace(DELIMITERS, '\u2039').replace(SPEAKERS, '> ');
}

/** A value as JSON without a `<`, so that no delimiter can be in it. */
export function quotedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
