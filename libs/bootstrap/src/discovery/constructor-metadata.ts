import 'reflect-metadata';
import type { Type } from '@nestjs/common';

/** Lists under which Nest's `@Module` keeps what it was given. */
const LISTS = ['imports', 'providers', 'controllers'] as const;

/**
 * Constructor parameter types, by name, of every injectable class that a module reaches. Injection reads them from what
 * the compiler emitted, so that two compilers agree when they give the same here.
 */
export function constructorMetadata(module: Type<unknown>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const visited = new Set<unknown>();
  const visit = (entry: unknown): void => {
    if (visited.has(entry)) return;
    visited.add(entry);
    if (typeof entry === 'function') {
      const types: unknown = Reflect.getMetadata('design:paramtypes', entry);
      if (Array.isArray(types)) found[entry.name] = types.map(nameOf);
      for (const list of LISTS) visitAll(Reflect.getMetadata(list, entry), visit);
      return;
    }
    if (typeof entry !== 'object' || entry === null) return;
    // A dynamic module names its class and has lists of its own; a provider may name the class to use.
    const parts = entry as { module?: unknown; useClass?: unknown } & Partial<Record<(typeof LISTS)[number], unknown>>;
    visit(parts.module);
    visit(parts.useClass);
    for (const list of LISTS) visitAll(parts[list], visit);
  };
  visit(module);
  return found;
}

function visitAll(list: unknown, visit: (entry: unknown) => void): void {
  if (Array.isArray(list)) for (const entry of list) visit(entry);
}

function nameOf(type: unknown): string {
  return typeof type === 'function' ? type.name : String(type);
}
