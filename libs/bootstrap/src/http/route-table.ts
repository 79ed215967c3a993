/** The routes of one process by method and path, for the answers to requests that match none of them. */
export class RouteTable {
  readonly #routes: { readonly method: string; readonly path: RegExp }[] = [];

  /** `pattern` as Fastify writes it: `/v1/models/:id`, `/files/*`, `/text::analyze` for a colon of its own. */
  add(method: string, pattern: string): void {
    this.#routes.push({ method, path: patternToRegExp(pattern) });
  }

  /** Methods under which a path exists, sorted; empty when it exists under none. */
  methodsOf(path: string): string[] {
    const methods = this.#routes.filter((route) => route.path.test(path)).map((route) => route.method);
    return [...new Set(methods)].sort();
  }
}

function patternToRegExp(pattern: string): RegExp {
  const source = pattern.replace(/::|:\w+|\*|[^\w/]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '::') return ':';
    return part.startsWith(':') && part.length > 1 ? '[^/]+' : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
