import type { guardrailsV1 } from '@weir/contracts';
import type { GuardStage } from '../pipeline/prompt-texts.js';

type Found = Pick<guardrailsV1.Finding, 'category' | 'entity' | 'path'>;

/** OpenAI's moderation categories by what Azure calls them; longer names stand first. */
const HARMS: readonly (readonly [string, string])[] = [
  ['self-harm', 'self_harm'],
  ['harassment', 'hate'],
  ['hate', 'hate'],
  ['sexual', 'sexual'],
  ['violence', 'violence'],
  ['illicit', 'violence'],
];

const UNTRUSTED: ReadonlySet<GuardStage> = new Set(['document', 'tool_result']);

/** Kinds of content that findings are of, as Azure's content filter names them, each once; others by their category. */
export function filtersOf(findings: readonly Found[], stageAt: ReadonlyMap<string, GuardStage>): string[] {
  return [...new Set(findings.map((finding) => filterOf(finding, stageAt.get(finding.path))))];
}

function filterOf({ category, entity }: Found, stage: GuardStage | undefined): string {
  if (category === 'injection') return stage && UNTRUSTED.has(stage) ? 'indirect_attack' : 'jailbreak';
  const harm = HARMS.find(([name]) => entity.startsWith(name));
  return harm?.[1] ?? (category || 'custom');
}
