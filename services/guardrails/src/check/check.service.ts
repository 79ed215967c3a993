import { Inject, Injectable } from '@nestjs/common';
import { PROCESS_SETTINGS, SOURCE } from '@weir/bootstrap';
import type { ProcessSettings, Source } from '@weir/config';
import type { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import { createHash } from 'node:crypto';
import { canaryFor, withCanary } from '../detector/leak/canary.js';
import { strongest, type Stage } from '../detector/verdict-words.js';
import { CheckRunner } from '../external/check-runner.service.js';
import { FactExtractor } from '../external/fact-extractor.service.js';
import { WorkTurns, type Pace } from '../filter/pace/work-turns.js';
import { asText } from '../filter/replacement.js';
import { GUARDRAILS_SETTINGS, type GuardrailsSettings } from '../guardrails.config.js';
import type { ApprovedContent } from '../policy/approvals.js';
import type { CompiledPolicy } from '../policy/policy.js';
import { isHeld, takesOut } from '../policy/rule-effect.js';
import type { Facts } from '../rules/rule-set.js';
import { Approvals } from './approvals.service.js';
import { approvedPolicy } from './approved-policy.js';
import { NO_CHECKS, runChecks, type CheckPass, type CountedFinding } from './check-pass.js';
import type { ConversationPart } from './conversation.js';
import {
  actionOf,
  decidedCheck,
  decidedMatch,
  digestOf,
  type DecidedFinding,
  type Decision,
  type Verdict,
} from './decision.js';
import { withoutCovered } from './overlaps.js';
import { RequestMemory } from './request-memory.js';
import type { FactSources } from './facts/rule-facts.js';
import { applyRules, NO_RULES, type RulePass } from './facts/rule-pass.js';
import { filterText, filterWhole, withHidden, type FilteredText, type Hidden, type PlacedMatch } from './whole-text.js';

/** What is to be decided on, once it is read from its wire. */
export interface DecisionRequest {
  readonly policy: CompiledPolicy;
  readonly stage: Stage;
  readonly texts: readonly ConversationPart[];
  readonly context: readonly ConversationPart[];
  readonly facts: ReadonlyMap<string, string>;
  readonly state: guardrailsV1.RequestState | undefined;
  readonly subject: guardrailsV1.Subject;
  /** What a person gave out for this content; empty = nothing. */
  readonly approval: string;
  readonly signal: AbortSignal;
  readonly principal: Principal | undefined;
}

/** Texts under a policy, without what one request remembers and what a person gave out for it. */
export type JudgedRequest = Omit<DecisionRequest, 'state' | 'approval'>;

export interface Judged {
  readonly verdict: Omit<Verdict, 'approvedBy'>;
  /** The texts as they may go on, in order; empty when they may not. */
  readonly texts: readonly string[];
}

export interface Decided {
  readonly decision: Decision;
  /** The texts as they may go on, in order; empty when they may not. */
  readonly texts: readonly string[];
  readonly state: guardrailsV1.RequestState;
}

/** Everything that was found in the texts of a request. */
interface Found {
  readonly filtered: readonly FilteredText[];
  readonly checks: CheckPass;
  readonly findings: readonly DecidedFinding[];
}

interface Releasing {
  readonly memory: RequestMemory;
  readonly found: Found;
  readonly pace: Pace;
}

/** What was found in the texts that rules decide over. */
export type ToldFacts = Pick<FactSources, 'outcomes'> & { readonly findings: readonly DecidedFinding[] };

const NO_FACTS: Facts = new Map();

/** Decides on complete texts. */
@Injectable()
export class CheckService {
  /** Key of the hashes by which equal values can be counted. */
  readonly salt: string;
  /** By which long texts leave room for everything else. */
  readonly turns: WorkTurns;

  constructor(
    private readonly runner: CheckRunner,
    private readonly extractor: FactExtractor,
    private readonly approvals: Approvals,
    @Inject(GUARDRAILS_SETTINGS) private readonly settings: GuardrailsSettings,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(PROCESS_SETTINGS) process: ProcessSettings,
  ) {
    this.salt = `guardrails:${process.keyPepper}`;
    this.turns = new WorkTurns(() => this.source.monotonic());
  }

  /** @throws WeirError `payload_too_large`, or `guardrails_unavailable` where a check failed that has to answer. */
  async decide(asked: DecisionRequest): Promise<Decided> {
    const started = this.source.monotonic();
    const approvedBy = asked.approval ? this.approvals.approverOf(asked.approval, contentOf(asked)) : undefined;
    const request = approvedBy ? { ...asked, policy: approvedPolicy(asked.policy) } : asked;
    const own = [...request.texts, ...request.context].map(({ text }) => text);
    const memory = new RequestMemory(request.state, () => this.source.random(), own);
    const { verdict, texts } = await this.judge(request, memory);
    const durationUs = (this.source.monotonic() - started) * 1000;
    const decision = this.settle({ ...verdict, approvedBy: approvedBy ?? '' }, { durationUs, heldBack: 0 });
    const waits = verdict.action === 'require_approval';
    const approvalRequest = waits ? this.approvals.requestFor(contentOf(request), decision.id) : '';
    return {
      decision: { ...decision, approvalRequest },
      texts,
      state: memory.after(request.policy, verdict.action),
    };
  }

  /** Gives a verdict its id, its time and its digest. */
  settle(verdict: Verdict, more: Pick<Decision, 'durationUs' | 'heldBack'>): Decision {
    const { source, salt } = this;
    const digest = digestOf(verdict, salt);
    return { ...verdict, ...more, id: source.uuid(), digest, decidedAt: source.now(), approvalRequest: '' };
  }

  /** The part of a decision that depends on nothing but its input and what its request remembers. */
  async judge(request: JudgedRequest, memory: RequestMemory): Promise<Judged> {
    const { policy, stage } = request;
    const characters = this.#checkLength(request.texts);
    const pace = this.turns.begin(request.signal);
    const found = await this.#find(request, memory, pace);
    const { outcomes, passedUnchecked } = found.checks;
    const rules = await this.applyRules(request, { findings: found.findings, outcomes });
    const action = strongest([actionOf(found.findings), rules.action]);
    const verdict = {
      policy,
      stage,
      action,
      findings: found.findings,
      omitted: found.filtered.reduce((sum, { omitted }) => sum + omitted, 0),
      checks: outcomes,
      passedUnchecked,
      trace: rules.trace,
      message: rules.message || policy.message,
      characters,
    };
    return { verdict, texts: isHeld(action) ? [] : await this.#released(request, { memory, found, pace }) };
  }

  /** Lets the rules of the policy decide over what is known of the texts, and asks for facts where they want some. */
  async applyRules(request: JudgedRequest, { findings, outcomes }: ToldFacts): Promise<RulePass> {
    const { policy, texts, context, facts, stage, subject, signal, principal } = request;
    const { rules } = policy;
    if (!rules) return NO_RULES;
    const input = { texts, context, facts, canaries: [], signal, principal };
    const extracted = rules.extraction ? await this.extractor.extract(rules.extraction, input) : NO_FACTS;
    const detectors = new Set(findings.map(({ detector }) => detector));
    const action = actionOf(findings);
    const sources = { stage, model: subject.model, metadata: facts, extracted, action, outcomes, detectors };
    return applyRules(rules, sources, texts);
  }

  #checkLength(texts: readonly ConversationPart[]): number {
    const characters = texts.reduce((sum, { text }) => sum + text.length, 0);
    if (characters <= this.settings.maxTextChars) return characters;
    throw new WeirError('payload_too_large', `The texts are longer than ${this.settings.maxTextChars} characters.`);
  }

  async #find(request: JudgedRequest, memory: RequestMemory, pace: Pace): Promise<Found> {
    const { policy, stage, texts, context, facts, signal, principal } = request;
    const filtered: FilteredText[] = [];
    for (const text of texts) {
      const plan = memory.planOf(policy.stage(text.stage));
      filtered.push(await filterWhole(text, { plan, secrets: memory.secrets(stage, text.json), pace }));
    }
    const input = { context: [...context, ...texts], facts, canaries: memory.canaries, signal, principal };
    const judged = texts.some((text) => policy.stage(text.stage).checks.length > 0);
    const checks = judged ? await runChecks(this.runner, policy, input, texts) : NO_CHECKS;
    const textAt = new Map(texts.map(({ path, text }) => [path, text]));
    const values = filtered.flatMap(({ matches }) => matches);
    const findings = [
      ...withoutCovered(values.map(({ path, match, rule }) => decidedMatch(path, match, rule, this.salt))),
      ...checks.counted.map((found) => decidedCheck(found, textAt.get(found.finding.path) ?? '', this.salt)),
    ];
    return { filtered, checks, findings };
  }

  async #released(request: JudgedRequest, { memory, found, pace }: Releasing): Promise<string[]> {
    const { policy, stage, texts } = request;
    const marked = this.#withCanary(request, memory);
    const released: string[] = [];
    for (const [index, original] of texts.entries()) {
      const part = marked[index] ?? original;
      const filtered = found.filtered[index];
      const hidden = hiddenIn(original, filtered?.matches ?? [], found.checks.counted);
      if (filtered && part === original && hidden.length === 0) released.push(filtered.text);
      else {
        const filtering = { plan: memory.planOf(policy.stage(part.stage)), secrets: memory.secrets(stage, part.json) };
        const shown = { text: withHidden(part.text, hidden), continuations: part.continuations };
        released.push(await filterText(shown, { ...filtering, pace }));
      }
    }
    return released;
  }

  /** The texts with a mark at the end of the system prompt, where the policy wants one. */
  #withCanary({ policy, stage, texts, subject }: JudgedRequest, memory: RequestMemory): readonly ConversationPart[] {
    const place = policy.canary && stage === 'input' ? texts.findIndex(isSystemPrompt) : -1;
    const prompt = texts[place];
    if (!prompt) return texts;
    const canary = canaryFor(this.salt, subject.requestId || this.source.uuid());
    memory.addCanary(canary);
    return texts.with(place, prompt.withText(withCanary(prompt.text, canary)));
  }
}

function isSystemPrompt({ role, stage, json }: ConversationPart): boolean {
  return stage === 'input' && !json && (role === 'system' || role === 'developer');
}

/** What a person would approve: exactly what the policy decides on, and nothing else. */
function contentOf({ policy, subject, stage, texts, context, facts }: DecisionRequest): ApprovedContent {
  const parts = (list: readonly ConversationPart[]) =>
    list.map((part) => [part.path, part.role, part.stage, part.tool, part.json, part.text]);
  const request = [stage, subject.model, parts(texts), parts(context), [...facts].sort()];
  const content = createHash('sha256').update(JSON.stringify(request));
  return { contentHash: content.digest('hex'), projectId: subject.projectId, policies: policy.versions };
}

/** What is taken out of a text beside the values that its filter replaces. */
function hiddenIn(
  { path, json }: ConversationPart,
  matches: readonly PlacedMatch[],
  counted: readonly CountedFinding[],
): Hidden[] {
  const judged = counted.filter(({ finding, rule }) => finding.path === path && takesOut(rule));
  const encoded = matches.filter((placed) => placed.encoded && takesOut(placed.rule));
  return [
    ...judged.map(({ finding: { start, end }, rule }) => ({ start, end, replacement: asText(rule.replacement, json) })),
    ...encoded.map(({ match: { start, end }, rule }) => ({ start, end, replacement: asText(rule.replacement, json) })),
  ];
}
