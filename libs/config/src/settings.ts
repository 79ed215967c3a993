import { z } from 'zod';

/** One environment variable: its schema, what it is for, and whether its value may be shown. */
export interface Setting<T extends z.ZodType = z.ZodType> {
  readonly env: string;
  readonly schema: T;
  readonly description: string;
  readonly secret: boolean;
}

export type Settings = Readonly<Record<string, Setting>>;

export type SettingsValues<S extends Settings> = { readonly [K in keyof S]: z.infer<S[K]['schema']> };

/** Declares one setting. The schema reads text (use `z.coerce`, `flag`, `list`) and carries the default. */
export function setting<T extends z.ZodType>(
  env: string,
  schema: T,
  description: string,
  options: { readonly secret?: boolean } = {},
): Setting<T> {
  return { env, schema, description, secret: options.secret ?? false };
}

/** `true|false|1|0`. */
export const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0'])
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true' || text === '1');

/** Comma-separated words. */
export const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    );

export const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

export interface SettingProblem {
  readonly env: string;
  readonly message: string;
}

export type SettingsResult<S extends Settings> =
  | { readonly ok: true; readonly values: SettingsValues<S> }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Reads all settings and reports every problem at once. An empty variable counts as absent. */
export function readSettings<S extends Settings>(
  settings: S,
  env: Readonly<Record<string, string | undefined>> = process.env,
): SettingsResult<S> {
  const values: Record<string, unknown> = {};
  const problems: SettingProblem[] = [];
  for (const [name, { env: variable, schema }] of Object.entries(settings)) {
    const parsed = schema.safeParse(env[variable] || undefined);
    if (parsed.success) values[name] = parsed.data;
    else problems.push({ env: variable, message: parsed.error.issues.map((issue) => issue.message).join('; ') });
  }
  return problems.length ? { ok: false, problems } : { ok: true, values: values as SettingsValues<S> };
}

/** Fills the settings of a test or of another program: what is given wins, the rest are the defaults. */
export function settingsWith<S extends Settings>(
  settings: S,
  given: Partial<SettingsValues<S>> = {},
): SettingsValues<S> {
  const known = Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in given)));
  const read = readSettings(known, {});
  if (!read.ok) throw new TypeError(`no default for ${read.problems.map((problem) => problem.env).join(', ')}`);
  return { ...read.values, ...given } as SettingsValues<S>;
}
