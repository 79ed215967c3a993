import type { Source } from '@weir/config';
import type { RecordedDecision } from '../../check/decision-recorder.service.js';
import { CheckService } from '../../check/check.service.js';
import type { CheckInput } from '../../detector/text-check.js';
import { jsonKind, jsonSchemaKind } from '../../detector/format/json-schema-kind.js';
import { contactDetectors } from '../../detector/pii/pii-contact.js';
import { financeDetectors } from '../../detector/pii/pii-finance.js';
import { regexKind } from '../../detector/words/regex-kind.js';
import { principal } from '../../external/test/inputs.js';
import type { CheckCatalogue } from '../../policy/check-catalogue.js';
import { compilePolicy } from '../../policy/compile-policy.js';
import { sampleCatalogue, wordCheck } from '../../policy/compile/sample-catalogue.fixture.js';
import type { CompiledPolicy, PolicyCheck } from '../../policy/policy.js';
import { Metrics } from '@weir/telemetry';
import type { DoorCall } from '../door-call.js';
import { InspectionService } from './inspection.service.js';

const pii = [...contactDetectors, ...financeDetectors];

/** Weir's own values, and checks that look for one word each. */
export const doorCatalogue: CheckCatalogue = {
  ...sampleCatalogue,
  detectors: [...pii, ...sampleCatalogue.detectors.filter(({ category }) => category !== 'pii')],
  checks: [...sampleCatalogue.checks, wordCheck('toxicity', 'hate', 0.9, 240), wordCheck('weak', 'maybe', 0.2, 240)],
  kinds: [...sampleCatalogue.kinds, regexKind, jsonKind, jsonSchemaKind] as CheckCatalogue['kinds'],
};

const documents = [
  {
    name: 'shop',
    description: 'Masks cards.',
    rules: [
      { check: 'pii.card', action: 'mask' },
      { check: 'prompt-injection', action: 'block' },
    ],
  },
  { name: 'watching', mode: 'shadow', rules: [{ check: 'pii.card', action: 'block' }] },
];

const runner = {
  run: async (checks: readonly PolicyCheck[], input: CheckInput) =>
    Promise.all(
      checks.map(async (policyCheck) => ({
        policyCheck,
        findings: await policyCheck.check.check(input),
        status: 'ok',
        outcome: 'decided',
        durationUs: 5,
        degradedTo: '',
      })),
    ),
};

export interface DoorFixture {
  readonly inspection: InspectionService;
  readonly recorded: RecordedDecision[];
  readonly metrics: Metrics;
  readonly call: DoorCall;
  readonly policies: Map<string, CompiledPolicy>;
}

/** The inspection as it is, over a small catalogue, with what it records. */
export function doorFixture(source: Source): DoorFixture {
  const recorded: RecordedDecision[] = [];
  const metrics = new Metrics();
  const policies = new Map(documents.map((document) => [document.name, compilePolicy(document, 1, doorCatalogue)]));
  const store = {
    compile: (document: unknown, version: number) => compilePolicy(document, version, doorCatalogue),
    list: () => [...policies.values()],
    inForce: (name: string) => policies.get(name),
  };
  const none = {};
  const settings = { maxTextChars: 100_000 };
  const checks = new CheckService(runner as never, none as never, none as never, settings as never, source, {
    keyPepper: 'pepper of the specs only',
  } as never);
  const recorder = { record: (decision: RecordedDecision) => void recorded.push(decision) };
  const inspection = new InspectionService(checks, store as never, recorder as never, doorCatalogue, source, metrics);
  const call: DoorCall = {
    requestId: 'request',
    trace: undefined,
    signal: new AbortController().signal,
    principal,
  };
  return { inspection, recorded, metrics, call, policies };
}
