import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { DatabaseModule, settingsProvider, type ServiceDescriptor } from '@weir/bootstrap';
import { startTestProcess, type TestProcess, type TestProcessOptions } from '@weir/testing';
import { guardrailsMigrations } from '../migrations/index.js';
import { strongest } from '../src/detector/verdict-words.js';
import { GUARDRAILS_SETTINGS, guardrailsSettings } from '../src/guardrails.config.js';
import { ApprovalRepository } from '../src/policy/admin/approval.repository.js';
import { Approver } from '../src/policy/admin/approver.service.js';
import { PolicyArchive } from '../src/policy/admin/policy-archive.service.js';
import { PolicyGrpc } from '../src/policy/admin/policy.grpc.js';
import { PolicyPublisher } from '../src/policy/admin/policy-publisher.service.js';
import { PolicyRepository } from '../src/policy/admin/policy.repository.js';
import { ReplayDoor } from '../src/policy/admin/replay-door.service.js';
import { CHECK_CATALOGUE } from '../src/policy/check-catalogue.js';
import { sampleCatalogue } from '../src/policy/compile/sample-catalogue.fixture.js';
import { policyMetrics } from '../src/policy/store/policy.metrics.js';
import { PolicyStore } from '../src/policy/store/policy-store.service.js';
import { ContentRecorder } from '../src/replay/content-recorder.service.js';
import { REDECIDER, type Redecide } from '../src/replay/redecide.js';
import { ReplayService } from '../src/replay/replay.service.js';

/** Decides by the patterns alone, without the pipeline. */
const redecide: Redecide = async (policy, stage, { texts }) => {
  const { detectors, ruleOf } = policy.stage(stage).plan;
  const found = detectors.filter(({ pattern }) => texts.some(({ text }) => new RegExp(pattern).test(text)));
  const rules = found.flatMap(({ id, score }) => ruleOf(id, score) ?? []);
  return { action: strongest(rules.map(({ action }) => action)), detectors: found.map(({ id }) => id) };
};

/** Policies as they are published and replayed, with a small catalogue and no pipeline. */
@Module({
  imports: [DatabaseModule.forService('guardrails', { migrations: guardrailsMigrations })],
  providers: [
    settingsProvider(GUARDRAILS_SETTINGS, guardrailsSettings),
    { provide: CHECK_CATALOGUE, useValue: sampleCatalogue },
    { provide: REDECIDER, useValue: { redecide } },
    PolicyRepository,
    ApprovalRepository,
    PolicyStore,
    PolicyPublisher,
    PolicyArchive,
    Approver,
    ReplayService,
    ReplayDoor,
    ContentRecorder,
    PolicyGrpc,
  ],
})
class PolicyProcessModule {}

const policyService: ServiceDescriptor = {
  name: 'guardrails',
  module: PolicyProcessModule,
  settings: guardrailsSettings,
  metrics: policyMetrics,
};

export interface PolicyFolder extends AsyncDisposable {
  readonly path: string;
}

export async function policyFolder(policies: readonly { readonly name: string }[]): Promise<PolicyFolder> {
  const path = await mkdtemp(join(tmpdir(), 'weir-policies-'));
  for (const policy of policies) await writeFile(join(path, `${policy.name}.json`), JSON.stringify(policy));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

export function startPolicyProcess(
  { path }: PolicyFolder,
  settings: TestProcessOptions['settings'] = {},
): Promise<TestProcess> {
  return startTestProcess({ services: [policyService], settings, env: { WEIR_GUARDRAILS_POLICY_DIR: path } });
}

export const storeOf = ({ app }: TestProcess): PolicyStore => app.get(PolicyStore, { strict: false });
