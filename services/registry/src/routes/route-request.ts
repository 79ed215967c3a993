import { guardrailStage } from '@weir/contracts';
import { z } from 'zod';
import { name, objectId, optionalText, policyName, word } from '../request/fields.js';

const target = z.object({
  deploymentId: objectId,
  weight: z.number().int().max(1_000_000, 'at most 1000000'),
});

const distinct = (values: readonly string[]) => new Set(values).size === values.length;

/** Longest hold-back that a route can allow: a whole answer. */
const MOST_HOLDBACK = 1_000_000;

const stagePolicies = z
  .record(z.string(), policyName)
  .superRefine((policies, context) => {
    const unknown = Object.keys(policies).find((stage) => !guardrailStage.safeParse(stage).success);
    if (unknown === undefined) return;
    context.addIssue({ code: 'custom', message: `a stage is one of ${guardrailStage.options.join(', ')}` });
  })
  .pipe(z.partialRecord(guardrailStage, policyName));

const route = z.object({
  alias: name,
  targets: z
    .array(target)
    .max(16, 'at most 16 targets')
    .refine((targets) => targets.some(({ weight }) => weight > 0), 'at least one target needs a weight above 0')
    .refine((targets) => distinct(targets.map((each) => each.deploymentId)), 'a deployment is named twice'),
  policy: optionalText('default').pipe(policyName),
  projectIds: z.array(objectId).max(100, 'at most 100 projects').refine(distinct, 'a project is named twice'),
  organizationId: z.literal('').or(objectId),
  onGuardrailsError: word(['closed', 'open']),
  stagePolicies,
  maxHoldbackChars: z.number().int().max(MOST_HOLDBACK, `at most ${MOST_HOLDBACK}`),
  onBlockedInput: word(['error', 'completion']),
  revision: z.number().int().nonnegative(),
});

export const putRouteRequest = z.object({ route });
export const deleteRouteRequest = z.object({ alias: name });

export type PutRoute = z.output<typeof route>;
