import { z } from 'zod';
import { name, nameOr, objectId, word } from '../request/fields.js';

const target = z.object({
  deploymentId: objectId,
  weight: z.number().int().max(1_000_000, 'at most 1000000'),
});

const distinct = (values: readonly string[]) => new Set(values).size === values.length;

const route = z.object({
  alias: name,
  targets: z
    .array(target)
    .max(16, 'at most 16 targets')
    .refine((targets) => targets.some(({ weight }) => weight > 0), 'at least one target needs a weight above 0')
    .refine((targets) => distinct(targets.map((each) => each.deploymentId)), 'a deployment is named twice'),
  policy: nameOr('default'),
  projectIds: z.array(objectId).max(100, 'at most 100 projects').refine(distinct, 'a project is named twice'),
  organizationId: z.literal('').or(objectId),
  onGuardrailsError: word(['closed', 'open']),
  revision: z.number().int().nonnegative(),
});

export const putRouteRequest = z.object({ route });
export const deleteRouteRequest = z.object({ alias: name });

export type PutRoute = z.output<typeof route>;
