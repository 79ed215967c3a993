/** Words of parsers for schemas and grammars, which know nothing of the parameter that they came in. */
const FORM = /\b(json schema|schema|grammar)\b/i;

/**
 * The parameter of a request that an error's message means, where it has no field for it: one that was sent, and that the
 * message has in quotes, or whose name no sentence would have.
 */
export function paramIn(message: string, request: string | undefined): string | undefined {
  const names = Object.keys(request === undefined ? {} : (JSON.parse(request) as object));
  const named = names.filter((name) => isNamed(name, message)).toSorted((a, b) => b.length - a.length);
  if (named[0] !== undefined) return named[0];
  return names.includes('response_format') && FORM.test(message) ? 'response_format' : undefined;
}

function isNamed(name: string, message: string): boolean {
  const isNoWord = name.includes('_');
  const place = new RegExp(isNoWord ? `(?<!\\w)${name}(?!\\w)` : `['"\`]${name}['"\`]`);
  return place.test(message);
}
