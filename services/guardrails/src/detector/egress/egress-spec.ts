import type { DetectorSpec } from '../detector.js';

/** What stands in the place of a link, in parentheses: behind brackets these make no link again. */
export const LINK_REMOVED = '(link removed)';

type Required = Pick<DetectorSpec, 'id' | 'entity' | 'pattern' | 'maxLength'>;

/** What all detectors of active output have in common: the very characters matter to them. */
export function egressSpec(spec: Required & Partial<DetectorSpec>): DetectorSpec {
  return {
    category: 'egress',
    owasp: 'LLM05',
    ignoreCase: true,
    folded: false,
    replacement: LINK_REMOVED,
    score: 1,
    ...spec,
  };
}
