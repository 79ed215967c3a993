import type { ProcessSettings } from '@weir/config';
import { fakeSource } from '@weir/testing';
import type { CheckFinding, CheckInput, ConversationText } from '../../detector/text-check.js';
import type { FactExtractor } from '../../external/fact-extractor.service.js';
import type { GuardrailsSettings } from '../../guardrails.config.js';
import type { CheckRunner } from '../../external/check-runner.service.js';
import { compilePolicy } from '../../policy/compile-policy.js';
import { sampleCatalogue } from '../../policy/compile/sample-catalogue.fixture.js';
import type { CompiledPolicy, PolicyCheck } from '../../policy/policy.js';
import type { Facts } from '../../rules/rule-set.js';
import type { CheckRun } from '../check-run.js';
import { Approvals } from '../approvals.service.js';
import { CheckService } from '../check.service.js';
import { ConversationPart } from '../conversation.js';
import { digestOf, type DecidedFinding, type Decision, type Verdict } from '../decision.js';

const process = { keyPepper: 'pepper of the specs only' } as Partial<ProcessSettings> as ProcessSettings;
/** Of the decisions of `serviceOf`. */
export const SALT = `guardrails:${process.keyPepper}`;

/** A policy over the sample catalogue. */
export function policyOf(document: object = {}, catalogue = sampleCatalogue): CompiledPolicy {
  return compilePolicy({ name: 'shop', ...document }, 3, catalogue);
}

export function partOf(
  text: string,
  more: Partial<Omit<ConversationText, 'views'> & { json: boolean }> = {},
): ConversationPart {
  return new ConversationPart({
    path: 'messages.0.content',
    role: 'user',
    stage: 'input',
    tool: '',
    json: false,
    text,
    ...more,
  });
}

export function findingOf(more: Partial<DecidedFinding> = {}): DecidedFinding {
  return {
    detector: 'pii.card',
    action: 'mask',
    path: 'messages.0.content',
    start: 3,
    end: 19,
    score: 0.75,
    threshold: 0.5,
    category: 'pii',
    entity: 'CREDIT_CARD',
    hazard: 'S7',
    owasp: 'LLM02',
    shadow: false,
    valueHash: '0123456789abcdef0123456789abcdef',
    ...more,
  };
}

/** A verdict with something in every field. */
export function verdictOf(more: Partial<Verdict> = {}): Verdict {
  return {
    policy: policyOf(),
    stage: 'output',
    action: 'mask',
    findings: [findingOf()],
    omitted: 2,
    checks: [{ check: 'leak', score: 0.25, threshold: 0.5, status: 'failed', durationUs: 12, degradedTo: 'weak' }],
    passedUnchecked: ['leak'],
    trace: [
      { rule: 'limit', read: [['request.metadata.tier', 'gold'], ['text.characters', 12]], conclusion: 'action=mask' }, // prettier-ignore
    ],
    message: 'Not here.',
    approvedBy: 'ada',
    characters: 42,
    ...more,
  };
}

export function decisionOf(more: Partial<Decision> = {}): Decision {
  const verdict = verdictOf(more);
  return {
    ...verdict,
    id: 'verdict-1',
    digest: digestOf(verdict, SALT),
    heldBack: 17,
    durationUs: 1_234.5,
    decidedAt: 1_700_000_000_000,
    approvalRequest: 'sealed',
    ...more,
  };
}

/** How a check went that found nothing. */
export function runOf(policyCheck: PolicyCheck, more: Partial<CheckRun> = {}): CheckRun {
  return { policyCheck, status: 'ok', findings: [], durationUs: 1, degradedTo: '', outcome: 'decided', ...more };
}

type Answer = readonly CheckFinding[] | Promise<readonly CheckFinding[]>;

export interface FakeRunner {
  readonly runner: CheckRunner;
  /** What was asked, in order: ids of the checks, and the texts. */
  readonly asked: { readonly checks: readonly string[]; readonly texts: readonly string[] }[];
}

/** Asks the checks themselves; one that fails goes as its policy says. */
export function fakeRunner(
  answer = (check: PolicyCheck['check'], input: CheckInput): Answer => check.check(input),
): FakeRunner {
  const asked: FakeRunner['asked'] = [];
  const runOne = async (policyCheck: PolicyCheck, input: CheckInput): Promise<CheckRun> => {
    try {
      return runOf(policyCheck, { findings: await answer(policyCheck.check, input) });
    } catch {
      const outcome = policyCheck.onError.kind === 'open' ? 'unchecked' : 'refused';
      return runOf(policyCheck, { status: 'failed', outcome });
    }
  };
  const run = (checks: readonly PolicyCheck[], input: CheckInput): Promise<CheckRun[]> => {
    asked.push({ checks: checks.map(({ check }) => check.id), texts: input.texts.map(({ text }) => text) });
    return Promise.all(checks.map((check) => runOne(check, input)));
  };
  return { runner: { run } as Partial<CheckRunner> as CheckRunner, asked };
}

/** Decides with what a runner finds; `extracted`: what a model finds in any conversation. */
export function serviceOf(runner: CheckRunner, extracted: Facts = new Map(), maxTextChars = 100_000): CheckService {
  const extractor = { extract: async () => extracted } as Partial<FactExtractor> as FactExtractor;
  const settings = { maxTextChars } as Partial<GuardrailsSettings> as GuardrailsSettings;
  const source = fakeSource({ seed: 3 });
  return new CheckService(runner, extractor, new Approvals(process, source), settings, source, process);
}
