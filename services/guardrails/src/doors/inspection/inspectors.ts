import type { CompiledPolicy } from '../../policy/policy.js';

/** Something that texts can be inspected with under an id. */
export interface Inspector {
  readonly id: string;
  /** As the metrics of others tell it. */
  readonly kind: 'built_in' | 'policy' | 'regex' | 'file_type';
  readonly description: string;
  readonly policy: CompiledPolicy;
  /** The same, but with findings of any score; undefined = the policy has no other form. */
  readonly sensitive: (() => CompiledPolicy) | undefined;
  /** Findings from it on count; undefined = those that count under the policy. */
  readonly threshold: number | undefined;
  /** Finds values by their patterns, so that a piece of text may be looked at together with what came before it. */
  readonly findsValues: boolean;
}

interface BuiltIn {
  readonly id: string;
  readonly check: string;
  readonly description: string;
  readonly findsValues: boolean;
}

/** What comes with Weir, by the ids of the doors. */
export const BUILT_IN: readonly BuiltIn[] = [
  { id: 'pii', check: 'pii.*', description: 'Personal data, checksums verified.', findsValues: true },
  { id: 'secrets', check: 'secret.*', description: 'Keys, tokens, passwords and other secrets.', findsValues: true },
  {
    id: 'prompt-injection',
    check: 'prompt-injection',
    description: 'Prompt injections and jailbreaks.',
    findsValues: false,
  },
  {
    id: 'toxicity',
    check: 'toxicity',
    description: 'Hate, harassment, violence, sexual content and other harms.',
    findsValues: false,
  },
  {
    id: 'egress',
    check: 'egress.*',
    description: 'Links, images and active content that lead out of an answer.',
    findsValues: true,
  },
  { id: 'leak', check: 'leak', description: 'The system prompt of the conversation in an answer.', findsValues: false },
];

/** A policy that says what it sees and changes nothing. */
export function watchingDocument(id: string, checks: readonly string[], threshold: number, definitions = {}): object {
  return {
    name: `inspection.${id}`,
    checks: definitions,
    rules: checks.map((check) => ({ check, action: 'flag', threshold })),
  };
}
