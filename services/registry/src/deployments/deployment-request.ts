import { z } from 'zod';
import { httpUrl, name, objectId, optionalCount, text, word } from '../request/fields.js';

const MAX_CONTEXT_TOKENS = 16_777_216;
const DEFAULTS = { slots: 8, contextTokens: 2048, maxQueue: 64, maxOutputTokens: 1024 } as const;

/** Requests in flight at one upstream, which batches them as it likes. */
const UPSTREAM_SLOTS = 64;

const limits = {
  slots: optionalCount(DEFAULTS.slots, 64),
  contextTokens: optionalCount(DEFAULTS.contextTokens, MAX_CONTEXT_TOKENS).pipe(z.number().min(64, 'at least 64')),
  maxQueue: optionalCount(DEFAULTS.maxQueue, 10_000),
  maxOutputTokens: optionalCount(0, MAX_CONTEXT_TOKENS),
  maxQueuedTokens: optionalCount(0, 1_000_000_000),
  usdPerHour: z.string().regex(/^(|\d{1,9}(\.\d{1,12})?)$/, 'USD per hour as a decimal, for example "1.25", or empty'),
};

const unused = (kind: string) => z.literal('', `is not used by the engine ${kind}`);
const noneFor = (kind: string) =>
  z
    .array(z.unknown())
    .max(0, `is not used by the engine ${kind}`)
    .transform(() => []);

const percent = z.number().int().max(100, 'at most 100');

const share = z.object({
  tenant: objectId,
  nominalPercent: percent,
  borrowingPercent: percent,
  weight: optionalCount(1, 1000),
});

const shares = z
  .array(share)
  .max(256, 'at most 256 tenants')
  .refine((given) => new Set(given.map(({ tenant }) => tenant)).size === given.length, 'names a tenant twice')
  .refine(
    (given) => given.reduce((sum, { nominalPercent }) => sum + nominalPercent, 0) <= 100,
    'the nominal shares are more than 100 percent together',
  );

const llamacpp = z
  .object({
    kind: z.literal('llamacpp'),
    ...limits,
    baseUrl: unused('llamacpp'),
    upstreamModel: unused('llamacpp'),
    apiKeyRef: unused('llamacpp'),
    allowPrivateAddress: z.literal(false, 'is not used by the engine llamacpp'),
    moreBaseUrls: noneFor('llamacpp'),
    idleUnloadSeconds: optionalCount(0, 31_536_000),
    shares,
  })
  .transform((engine) => ({
    ...engine,
    maxOutputTokens: engine.maxOutputTokens || Math.min(DEFAULTS.maxOutputTokens, engine.contextTokens),
  }))
  .refine((engine) => engine.maxOutputTokens <= engine.contextTokens, {
    path: ['maxOutputTokens'],
    message: 'is greater than context_tokens',
  });

const openai = z
  .object({
    kind: z.literal('openai'),
    ...limits,
    slots: optionalCount(UPSTREAM_SLOTS, 1024),
    baseUrl: httpUrl,
    upstreamModel: text(256),
    apiKeyRef: z
      .string()
      .max(512, 'at most 512 characters')
      .regex(/^(|env:[A-Z_][A-Z0-9_]*|file:\/[^\p{Cc}]+)$/u, '"env:NAME", "file:/path" or empty'),
    allowPrivateAddress: z.boolean(),
    moreBaseUrls: z.array(httpUrl).max(31, 'at most 31 further addresses'),
    idleUnloadSeconds: z.literal(0, 'is not used by the engine openai'),
    shares: noneFor('openai'),
  })
  .transform((engine) => ({ ...engine, maxOutputTokens: engine.maxOutputTokens || DEFAULTS.maxOutputTokens }))
  .refine((engine) => new Set([engine.baseUrl, ...engine.moreBaseUrls]).size === engine.moreBaseUrls.length + 1, {
    path: ['moreBaseUrls'],
    message: 'names an address twice',
  });

const engineSpec = z.discriminatedUnion('kind', [llamacpp, openai], 'is needed, with the kind llamacpp or openai');

export const createDeploymentRequest = z.object({
  name,
  modelName: name,
  version: z.number().int().positive('is needed'),
  engine: engineSpec,
  desiredState: word(['running', 'stopped']),
});

export const setDeploymentStateRequest = z.object({
  id: objectId,
  desiredState: z.enum(['running', 'stopped'], 'one of running, stopped'),
  revision: z.number().int().positive('is needed: the revision that you read'),
});

export const setQualityOverrideRequest = z.object({
  deploymentId: objectId,
  reason: text(512).transform((reason) => reason.trim()),
  revision: z.number().int().positive('is needed: the revision that you read'),
});

export const getDeploymentRequest = z.object({ id: objectId });

export type CreateDeployment = z.output<typeof createDeploymentRequest>;
export type SetQualityOverride = z.output<typeof setQualityOverrideRequest>;
export type EngineSpec = CreateDeployment['engine'];

/** The setting of the host that an engine asks for, if any: such engines are for the operator. */
export function hostSetting(engine: EngineSpec): string | undefined {
  if (engine.apiKeyRef !== '') return 'engine.api_key_ref';
  return engine.allowPrivateAddress ? 'engine.allow_private_address' : undefined;
}

export interface EngineMismatch {
  readonly param: string;
  readonly message: string;
}

/** Why an engine cannot serve a version, if so. A context of 0 is unknown. */
export function engineMismatch(
  engine: EngineSpec,
  version: { readonly format: 'gguf' | 'remote'; readonly contextTokens: number },
): EngineMismatch | undefined {
  const kind = version.format === 'gguf' ? 'llamacpp' : 'openai';
  if (engine.kind !== kind) {
    return { param: 'engine.kind', message: `a version of format ${version.format} needs the engine ${kind}` };
  }
  if (engine.kind === 'llamacpp' && version.contextTokens > 0 && engine.contextTokens > version.contextTokens) {
    return { param: 'engine.context_tokens', message: `the version has a context of ${version.contextTokens} tokens` };
  }
  return undefined;
}
