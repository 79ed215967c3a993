import { pathToFileURL } from 'node:url';
import type { TextCheck } from '@weir/guardrails/detection';
import { installPeers } from '../load/peers.ts';
import { ask } from './speed.ts';

/** Something that says of a text whether it is an attack. */
export interface Subject {
  readonly name: string;
  flags(text: string, document: boolean): boolean | Promise<boolean>;
}

interface TrainedGuard {
  checkAll(text: string): Promise<{ readonly allowed: boolean }>;
}

interface PatternGuard {
  readonly vard: { moderate(): { safeParse(text: string): { readonly safe: boolean } } };
}

/** A check at its default operating point. */
export function weirSubject(check: TextCheck): Subject {
  return {
    name: 'Weir',
    flags: (text, document) => {
      const findings = ask(check, text, document ? 'document' : 'input');
      return Array.isArray(findings) && findings.some(({ score }) => score >= check.threshold);
    },
  };
}

/** The npm packages that a team would reach for, as their documentation says to use them. */
export async function peerSubjects(): Promise<Subject[]> {
  const folder = await installPeers('guardrails');
  const load = async (path: string): Promise<unknown> => import(pathToFileURL(`${folder}/node_modules/${path}`).href);
  const trained = (await load('llm_guardrail/index.js')) as TrainedGuard;
  const patterns = ((await load('@andersmyrmel/vard/dist/index.js')) as PatternGuard).vard.moderate();
  return [
    { name: 'llm_guardrail 2.1.2', flags: async (text) => !(await trained.checkAll(text)).allowed },
    { name: 'vard 1.2.0', flags: (text) => !patterns.safeParse(text).safe },
  ];
}
