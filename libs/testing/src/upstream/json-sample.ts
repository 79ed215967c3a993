type Schema = Readonly<Record<string, unknown>>;

/** The smallest value that a JSON Schema takes, of types, properties, items, enums and constants; undefined for none that is known. */
export function sampleOf(schema: Schema): unknown {
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] as unknown;
  switch ([schema.type].flat()[0]) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => sampleOf((schema.items ?? {}) as Schema));
    case 'string':
      return 'x'.repeat(Number(schema.minLength ?? 1));
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? 0);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return undefined;
  }
}

function objectOf({ properties = {}, required = [] }: Schema): object {
  const known = properties as Record<string, Schema>;
  return Object.fromEntries((required as string[]).map((name) => [name, sampleOf(known[name] ?? {})]));
}
