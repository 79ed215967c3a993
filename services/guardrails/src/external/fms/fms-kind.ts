import { createHash } from 'node:crypto';
import type { CheckKind } from '../../detector/check-kind.js';
import type { CheckFinding, CheckInput } from '../../detector/text-check.js';
import { inLanes } from '../calls/lanes.js';
import type { SelectiveCheck } from '../selective-check.js';
import type { DetectorClient } from './detector.client.js';
import { findingsIn } from './fms-answers.js';
import { fmsDefinition, type FmsDefinition } from './fms-definition.js';
import { fmsRequests, hasQuestion } from './fms-requests.js';

const LANES = 4;

/** Checks that a policy defines with `kind: fms`: a detector behind the FMS detector API. */
export function fmsKind(client: DetectorClient): CheckKind<FmsDefinition> {
  return {
    kind: 'fms',
    schema: fmsDefinition,
    compile: (name, definition) => ({ kind: 'check', check: new FmsCheck(name, definition, client) }),
  };
}

/** What a definition is in short: other definitions have other versions. */
export function versionOf(definition: unknown): string {
  return createHash('sha256').update(JSON.stringify(definition)).digest('hex');
}

/** Asks a detector server. */
export class FmsCheck implements SelectiveCheck {
  readonly version: string;
  readonly threshold: number;
  readonly stream = 'whole';

  /** @throws WeirError `invalid_configuration` for an address that may not be called */
  constructor(
    readonly id: string,
    private readonly definition: FmsDefinition,
    private readonly client: DetectorClient,
  ) {
    client.checkServer(definition);
    this.version = versionOf(definition);
    this.threshold = definition.threshold;
  }

  applies(input: CheckInput): boolean {
    return hasQuestion(this.definition, input);
  }

  async check(input: CheckInput): Promise<readonly CheckFinding[]> {
    const { definition } = this;
    const findings = await inLanes(fmsRequests(definition, input), LANES, async (request) => {
      const answer = await this.client.post(definition, request.path, request.body, input.signal);
      return findingsIn(answer, request, definition);
    });
    return findings.flat();
  }
}
