import type { DetectorSpec } from '../detector.js';
import { allowsDestination } from './destination.js';
import { egressSpec } from './egress-spec.js';
import { DESTINATION_HOST_SET, DESTINATION_REST_SET, grammar } from './url-grammar.js';
import type { UrlJudge } from './url-judge.js';

/**
 * Images in Markdown from where they must not be. An image whose label is longer than fits here is found as a link.
 * `references`: whether images may name a definition, which is judged where it stands.
 */
export function imageDetector(id: string, judge: UrlJudge, references: boolean): DetectorSpec {
  return egressSpec({
    id,
    entity: 'MARKDOWN_IMAGE',
    pattern: String.raw`!\[${grammar.label}\](\(${grammar.destination}|\[[^\[\]]*\][^\s<>)/\\?#]*)`,
    maxLength: 512,
    notBefore: DESTINATION_HOST_SET,
    tail: DESTINATION_REST_SET,
    validate: (value) => !allowsImage(judge, references, value),
    replacement: (value) => (value.includes('](') ? '(image removed' : '(image removed)'),
  });
}

function allowsImage(judge: UrlJudge, references: boolean, value: string): boolean {
  const end = labelEnd(value);
  if (value[end + 1] === '[') return references;
  return allowsDestination(judge, value.slice(end + 2), 'image');
}

/** Where the bracket closes that the label of `![label]` opens with. */
function labelEnd(value: string): number {
  let depth = 0;
  for (let index = 1; index < value.length; index++) {
    const char = value[index];
    if (char === '\\') index += 1;
    if (char === '[') depth += 1;
    if (char === ']' && --depth === 0) return index;
  }
  return value.length;
}
