import { guardrailAction, guardrailStage } from '@weir/contracts';
import { z } from 'zod';
import { separatingText } from '../detector/replacement-text.js';

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

const rule = z.strictObject({
  /** A check of Weir (`pii.card`, `secret.*`, `prompt-injection`), or one that this policy defines. */
  check: z.string().min(1).max(128),
  action: guardrailAction,
  /** Where it applies; absent = everywhere. */
  stages: z.array(guardrailStage).min(1).optional(),
  /** 0 to 1; absent = the check's own. */
  threshold: z.number().min(0).max(1).optional(),
  /** replace: what stands in the place of the value. */
  replacement: separatingText.default('[REMOVED]'),
  /** Decided and recorded, not acted on. */
  shadow: z.boolean().default(false),
  /** When the check cannot answer: refuse, pass marked, or let another check answer. */
  on_error: z.union([z.enum(['closed', 'open']), z.string().regex(/^degrade_to:.{1,128}$/)]).default('closed'),
  deadline_ms: z.number().int().min(1).max(60_000).default(1_000),
});

/** A policy as it is written down, in JSON. Its version is given when it is published. */
export const policyDocument = z.strictObject({
  name: z.string().regex(NAME),
  description: z.string().max(1_000).default(''),
  /** shadow: everything is decided and recorded, nothing is acted on. */
  mode: z.enum(['enforce', 'shadow']).default('enforce'),
  /** Checks that this policy defines, by name; each has a `kind`, whose schema reads the rest. */
  checks: z.record(z.string().regex(NAME), z.looseObject({ kind: z.string() })).default({}),
  rules: z.array(rule).max(200).default([]),
  /** What a downgraded request keeps. */
  downgrade: z
    .strictObject({ max_output_tokens: z.number().int().min(1).max(1_000_000).default(256) })
    .default({ max_output_tokens: 256 }),
  /** What a client is told instead of a blocked answer; empty = nothing. */
  message: z.string().max(1_000).default(''),
  /** Puts a mark into the system prompt of every request, which the check `leak` looks for. */
  canary: z.boolean().default(false),
  /** Rules over facts; read by the rules engine. */
  logic: z.looseObject({}).optional(),
});

export type PolicyDocument = z.output<typeof policyDocument>;
export type RuleDocument = z.output<typeof rule>;
