import { WeirError } from '@weir/errors';
import type { CheckService, Decided } from '../../check/check.service.js';
import { ConversationPart } from '../../check/conversation.js';
import type { DecidedInput, DecisionRecorder } from '../../check/decision-recorder.service.js';
import { actionOf, type Decision } from '../../check/decision.js';
import type { Role } from '../../detector/text-check.js';
import { severity, type Stage } from '../../detector/verdict-words.js';
import type { CompiledPolicy } from '../../policy/policy.js';
import { subjectOf, type DoorCall } from '../door-call.js';
import { namesOf } from './custom-checks.js';
import { byPlace, type Detection } from './detection.js';
import type { Inspector } from './inspectors.js';
import { countedDecision, joinedVerdict, type CountedDecision } from './joined-verdict.js';

/** Texts that are judged together, and the conversation around them. */
export interface InspectedTexts {
  readonly texts: readonly ConversationPart[];
  readonly context?: readonly ConversationPart[];
}

/** What a request asks for under one id. */
export interface Selection {
  readonly id: string;
  readonly inspectors: readonly Inspector[];
  readonly threshold: number | undefined;
  readonly stage: Stage | undefined;
  /** Findings that do not count are told as well; recorded they are not. */
  readonly tellsAll?: true;
}

/** Counts what one inspector did with one group of texts. */
export interface InspectionMeter {
  inspected(inspector: Inspector, found: boolean, seconds: number): void;
  failed(inspector: Inspector): void;
}

export interface InspectionParts {
  readonly checks: CheckService;
  readonly recorder: Pick<DecisionRecorder, 'record'>;
  readonly meter: InspectionMeter;
  readonly monotonic: () => number;
}

export interface InspectionRunOptions {
  readonly selection: Selection;
  readonly stage: Stage;
  readonly call: DoorCall;
  /** Whether the texts go to the projects that keep content; false for streams. */
  readonly keepsTexts: boolean;
}

const NO_FACTS: ReadonlyMap<string, string> = new Map();

/** The inspection of one request, text after text; recorded as one decision of each inspector when it is closed. */
export class InspectionRun {
  readonly #parts: InspectionParts;
  readonly #options: InspectionRunOptions;
  readonly #decided = new Map<Inspector, CountedDecision[]>();
  readonly #texts: ConversationPart[] = [];

  constructor(parts: InspectionParts, options: InspectionRunOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** What is found in texts that are judged together, by place. */
  async inspect(unit: InspectedTexts): Promise<Detection[]> {
    const found: Detection[] = [];
    for (const inspector of this.#options.selection.inspectors) found.push(...(await this.#inspect(inspector, unit)));
    if (this.#options.keepsTexts) this.#texts.push(...unit.texts);
    return found.sort(byPlace);
  }

  /** Records the decisions. Texts that are inspected later are not recorded. */
  close(): void {
    const { checks, recorder } = this.#parts;
    const { call } = this.#options;
    const input: DecidedInput = { texts: [...this.#texts], context: [], facts: NO_FACTS };
    for (const [inspector, decided] of this.#decided) {
      const verdict = joinedVerdict(decided, inspector);
      if (!verdict) continue;
      const durationUs = decided.reduce((sum, { decision }) => sum + decision.durationUs, 0);
      const decision = checks.settle(verdict, { durationUs, heldBack: 0 });
      recorder.record({ decision, subject: subjectOf(call), input, trace: call.trace });
    }
    this.#decided.clear();
  }

  async #inspect(inspector: Inspector, unit: InspectedTexts): Promise<Detection[]> {
    const { meter, monotonic } = this.#parts;
    const { selection } = this.#options;
    const started = monotonic();
    try {
      const { decision } = await this.#decide(inspector, unit);
      refuseIncomplete(decision);
      const counted = countedDecision(decision, inspector, selection.threshold);
      const known = this.#decided.get(inspector);
      if (known) known.push(counted);
      else this.#decided.set(inspector, [counted]);
      meter.inspected(inspector, counted.findings.length > 0, (monotonic() - started) / 1_000);
      const told = selection.tellsAll ? countedDecision(decision, inspector, 0) : counted;
      return detectionsOf(selection.id, inspector, told, unit);
    } catch (error) {
      meter.failed(inspector);
      throw error;
    }
  }

  #decide(inspector: Inspector, { texts, context = [] }: InspectedTexts): Promise<Decided> {
    const { selection, stage, call } = this.#options;
    const { stage: asked } = selection;
    return this.#parts.checks.decide({
      policy: policyFor(inspector, selection),
      stage: asked ?? stage,
      texts: asked ? texts.map((text) => placedAt(text, asked)) : texts,
      context,
      facts: NO_FACTS,
      state: undefined,
      subject: subjectOf(call),
      approval: '',
      signal: call.signal,
      principal: call.principal,
    });
  }
}

/** With a lower threshold than its own, more counts than it would look for. */
function policyFor(
  { policy, sensitive, threshold: own = 0 }: Inspector,
  { threshold, tellsAll }: Selection,
): CompiledPolicy {
  return sensitive && (tellsAll || (threshold ?? own) < own) ? sensitive() : policy;
}

/** Whoever asks for what is in a text relies on what is not told. */
function refuseIncomplete({ omitted, findings }: Decision): void {
  if (omitted === 0) return;
  throw new WeirError('payload_too_large', `A text holds more than ${findings.length} values; send it in parts.`);
}

const ROLES: Readonly<Record<Stage, Role>> = {
  input: 'user',
  output: 'assistant',
  reasoning: 'assistant',
  tool_call: 'assistant',
  document: 'tool',
  tool_result: 'tool',
};

function placedAt({ path, text, tool, json }: ConversationPart, stage: Stage): ConversationPart {
  return new ConversationPart({ path, text, tool, json, stage, role: ROLES[stage] });
}

function detectionsOf(
  detectorId: string,
  inspector: Inspector,
  { decision, findings }: CountedDecision,
  { texts }: InspectedTexts,
): Detection[] {
  const textAt = new Map(texts.map(({ path, text }) => [path, text]));
  const isPolicy = inspector.kind === 'policy';
  const found = findings.map((finding): Detection => {
    const { path, start, end, score, detector, hazard, owasp, action } = finding;
    const names = namesOf(finding);
    return {
      detectorId,
      path,
      start,
      end,
      text: textAt.get(path)?.slice(start, end) ?? '',
      score,
      detector,
      hazard,
      owasp,
      detection: names.detection,
      detectionType: isPolicy ? action : names.detectionType,
    };
  });
  const beyond = isPolicy ? beyondFindings(detectorId, decision, texts[0]) : undefined;
  return beyond ? [...found, beyond] : found;
}

/** What the rules of a policy decided beyond what was found: it concerns the texts as a whole. */
function beyondFindings(
  detectorId: string,
  decision: Decision,
  text: ConversationPart | undefined,
): Detection | undefined {
  const { action, findings, trace } = decision;
  if (!text || severity(action) <= severity(actionOf(findings))) return undefined;
  return {
    detectorId,
    path: text.path,
    start: 0,
    end: text.text.length,
    text: text.text,
    detection: trace.at(-1)?.rule ?? 'rules',
    detectionType: action,
    score: 1,
    detector: 'rules',
    hazard: '',
    owasp: '',
  };
}
