import { SERVICE_NAMES } from '@weir/config';
import type { AccessRule } from '@weir/grpc';

/** Changes: the operator, or a key with the scope admin. The services judge role and organisation, and audit it. */
export const WRITE: AccessRule = { services: ['operator'], scope: 'admin' };

/** Measurements: only the service that makes them, so that nobody brings numbers of their own. */
export const MEASURE: AccessRule = { services: ['inference'] };

/** Reads: also the other services. */
export const READ: AccessRule = { services: ['operator', ...SERVICE_NAMES], scope: 'admin' };
