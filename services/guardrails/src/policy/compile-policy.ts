import { WeirError } from '@weir/errors';
import { z } from 'zod';
import { detectorCatalogue } from '../detector/catalogue.js';
import { denyPhrase } from '../detector/deny-list.js';
import { compileDetector, type DetectorSpec } from '../detector/detector.js';
import type { CompiledPolicy, PolicyAction } from './policy.js';

const action = z.enum(['flag', 'mask', 'block']);
const ASCII = /^[\x20-\x7e]+$/;

/** A policy as it is written down. `detectors` names detectors or families (`secret.*`). */
export const policyDocument = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  version: z.number().int().positive(),
  description: z.string().default(''),
  detectors: z.array(z.strictObject({ id: z.string(), action })).max(100),
  deny: z.array(z.string().regex(ASCII).min(3).max(120)).max(500).default([]),
  deny_action: action.default('block'),
});

export type PolicyDocument = z.infer<typeof policyDocument>;

/**
 * Compiles a policy once, for all streams.
 * @throws WeirError `invalid_configuration` for a malformed policy, an unknown detector, or a pattern too large.
 */
export function compilePolicy(input: unknown): CompiledPolicy {
  const parsed = policyDocument.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new WeirError('invalid_configuration', `Policy: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const document = parsed.data;
  const actions = new Map<string, PolicyAction>();
  const specs: DetectorSpec[] = [];
  for (const rule of document.detectors) {
    for (const spec of named(rule.id)) {
      if (!actions.has(spec.id)) specs.push(spec);
      actions.set(spec.id, rule.action);
    }
  }
  for (const spec of document.deny.map(denyPhrase)) {
    specs.push(spec);
    actions.set(spec.id, document.deny_action);
  }
  const detectors = specs.map(compileDetector);
  return {
    name: document.name,
    version: document.version,
    detectors,
    maxHoldback: detectors.reduce((most, detector) => Math.max(most, detector.maxLength), 0),
    actionOf: (id) => actions.get(id) ?? 'flag',
  };
}

function named(id: string): DetectorSpec[] {
  const family = id.endsWith('.*') ? id.slice(0, -1) : undefined;
  const found = detectorCatalogue.filter((spec) => (family ? spec.id.startsWith(family) : spec.id === id));
  if (!found.length)
    throw new WeirError('invalid_configuration', `Policy: there is no detector ${JSON.stringify(id)}.`);
  return found;
}
