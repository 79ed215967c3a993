import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { guardrailsV1 } from '@weir/contracts';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { StreamFilter } from '../filter/stream-filter.js';
import { GUARDRAILS_SETTINGS, type GuardrailsSettings } from '../guardrails.config.js';
import { PolicyStore } from '../policy/policy-store.service.js';
import type { CompiledPolicy } from '../policy/policy.js';
import { actionOf, type Decision, type PlacedFinding, type Stage } from './decision.js';

export interface CheckedParts {
  readonly decision: Decision;
  /** The parts with masked values replaced; empty when the decision is to block. */
  readonly parts: readonly guardrailsV1.TextPart[];
}

/** Decides on complete texts, and opens the filters of streams. */
@Injectable()
export class CheckService {
  constructor(
    private readonly policies: PolicyStore,
    @Inject(GUARDRAILS_SETTINGS) private readonly settings: GuardrailsSettings,
    @Inject(SOURCE) private readonly source: Source,
  ) {}

  check(policyName: string, stage: Stage, parts: readonly guardrailsV1.TextPart[]): CheckedParts {
    const started = this.source.monotonic();
    const policy = this.policies.get(policyName);
    const characters = parts.reduce((sum, part) => sum + part.text.length, 0);
    this.#refuseAbove(characters);
    const findings: PlacedFinding[] = [];
    const masked = parts.map(({ path, text }) => {
      const filter = new StreamFilter(policy);
      const released = filter.push(text) + filter.end();
      for (const finding of filter.findings) findings.push({ ...finding, path });
      return { path, text: released };
    });
    const durationUs = (this.source.monotonic() - started) * 1000;
    const decision = this.#decision(policy, stage, findings, characters, durationUs);
    return { decision, parts: actionOf(findings) === 'block' ? [] : masked };
  }

  openStream(policyName: string, stage: Stage): StreamCheck {
    const policy = this.policies.get(policyName);
    return new StreamCheck(policy, this.source, {
      refuseAbove: (characters) => this.#refuseAbove(characters),
      decide: (findings, characters, durationUs) => this.#decision(policy, stage, findings, characters, durationUs),
    });
  }

  #decision(
    policy: CompiledPolicy,
    stage: Stage,
    findings: readonly PlacedFinding[],
    characters: number,
    durationUs: number,
  ): Decision {
    const { source } = this;
    return { id: source.uuid(), policy, stage, findings, characters, durationUs, decidedAt: source.now() };
  }

  #refuseAbove(characters: number): void {
    if (characters <= this.settings.maxTextChars) return;
    throw new WeirError('payload_too_large', `The text is longer than ${this.settings.maxTextChars} characters.`);
  }
}

interface StreamRules {
  refuseAbove(characters: number): void;
  decide(findings: readonly PlacedFinding[], characters: number, durationUs: number): Decision;
}

/** One stream under a policy: one filter for each choice of the answer. */
export class StreamCheck {
  readonly #filters = new Map<number, StreamFilter>();
  #characters = 0;
  #spentMs = 0;
  #mostHeldBack = 0;

  constructor(
    private readonly policy: CompiledPolicy,
    private readonly source: Source,
    private readonly rules: StreamRules,
  ) {}

  get blocked(): boolean {
    return [...this.#filters.values()].some((filter) => filter.blocked);
  }

  get mostHeldBack(): number {
    return this.#mostHeldBack;
  }

  /** Text of a choice that can be released now. */
  push({ choiceIndex, text }: guardrailsV1.FilterChunk): string {
    this.rules.refuseAbove((this.#characters += text.length));
    const started = this.source.monotonic();
    const filter = this.#filters.get(choiceIndex) ?? new StreamFilter(this.policy);
    this.#filters.set(choiceIndex, filter);
    const released = filter.push(text);
    this.#mostHeldBack = Math.max(this.#mostHeldBack, filter.heldBack);
    this.#spentMs += this.source.monotonic() - started;
    return released;
  }

  /** The texts are complete: what was held back, by choice. Nothing when a choice was blocked. */
  end(): guardrailsV1.FilterChunk[] {
    if (this.blocked) return [];
    return [...this.#filters].map(([choiceIndex, filter]) => ({ choiceIndex, text: filter.end() }));
  }

  decide(): Decision {
    const findings = [...this.#filters].flatMap(([choice, filter]) =>
      filter.findings.map((finding) => ({ ...finding, path: `choices.${choice}` })),
    );
    return this.rules.decide(findings, this.#characters, this.#spentMs * 1000);
  }
}
