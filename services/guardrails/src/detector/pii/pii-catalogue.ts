import type { DetectorSpec } from '../detector.js';
import { americasDetectors } from './pii-americas.js';
import { asiaPacificDetectors } from './pii-asia-pacific.js';
import { contactDetectors } from './pii-contact.js';
import { europeDetectors } from './pii-europe.js';
import { financeDetectors } from './pii-finance.js';

/** Every kind of personal data that a policy can name. A new one is one entry, its checksum and its vector. */
export const piiDetectors: readonly DetectorSpec[] = [
  ...contactDetectors,
  ...financeDetectors,
  ...europeDetectors,
  ...americasDetectors,
  ...asiaPacificDetectors,
];
