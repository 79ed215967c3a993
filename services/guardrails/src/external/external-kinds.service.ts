import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { CheckKind } from '../detector/check-kind.js';
import { EXTERNAL_SETTINGS, type ExternalSettings } from './external.config.js';
import { DetectorClient } from './fms/detector.client.js';
import type { FmsDefinition } from './fms/fms-definition.js';
import { fmsKind } from './fms/fms-kind.js';
import { groundednessKind, type GroundednessDefinition } from './judge/groundedness-kind.js';
import { judgeKind, type JudgeDefinition } from './judge/judge-kind.js';
import { ModelClient } from './judge/model.client.js';
import { OUTBOUND_RULES, type OutboundRules } from './outbound-rules.js';

/** The kinds of checks that ask other systems, bound to their connections. */
@Injectable()
export class ExternalKinds implements OnApplicationShutdown {
  readonly #detectors: DetectorClient;

  constructor(
    private readonly models: ModelClient,
    @Inject(OUTBOUND_RULES) outbound: OutboundRules,
    @Inject(EXTERNAL_SETTINGS) settings: ExternalSettings,
    @Inject(SOURCE) source: Source,
  ) {
    this.#detectors = new DetectorClient({ outbound, settings, source });
  }

  kinds(): readonly [CheckKind<FmsDefinition>, CheckKind<JudgeDefinition>, CheckKind<GroundednessDefinition>] {
    const { models } = this;
    return [fmsKind(this.#detectors), judgeKind(models), groundednessKind(models, this.#detectors)];
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#detectors[Symbol.asyncDispose]();
  }
}
