import type { DetectorSpec } from '../detector.js';
import { contextualSecrets } from './secret-in-context.js';
import { prefixedSecrets } from './secret-prefixed.js';
import { structuredSecrets } from './secret-structured.js';

/** Every kind of credential that a policy can name. A new one is one line, with its form in the spec. */
export const secretDetectors: readonly DetectorSpec[] = [
  ...prefixedSecrets,
  ...structuredSecrets,
  ...contextualSecrets,
];
