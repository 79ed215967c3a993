import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { BoundedCache, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { asWeirError, WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import { CheckService } from '../../check/check.service.js';
import { DecisionRecorder } from '../../check/decision-recorder.service.js';
import type { Stage } from '../../detector/verdict-words.js';
import { CHECK_CATALOGUE, type CheckCatalogue } from '../../policy/check-catalogue.js';
import { PolicyStore } from '../../policy/store/policy-store.service.js';
import type { CompiledPolicy } from '../../policy/policy.js';
import type { DoorCall } from '../door-call.js';
import { doorsMetrics } from '../doors.metrics.js';
import { fileTypeDocument, regexDocument } from './custom-checks.js';
import type { Detection } from './detection.js';
import type { DetectorMap, DetectorParams } from './detector-params.js';
import {
  InspectionRun,
  type InspectedTexts,
  type InspectionMeter,
  type InspectionRunOptions,
  type Selection,
} from './inspection-run.js';
import { BUILT_IN, watchingDocument, type Inspector } from './inspectors.js';

const MAX_CUSTOM = 64;
/** Confidence from which a value counts. */
const VALUE_THRESHOLD = 0.5;

export interface InspectionRequest {
  readonly units: readonly InspectedTexts[];
  readonly stage: Stage;
}

/** What the doors ask: detectors of Weir and its policies under ids, which say what they see and change nothing. */
@Injectable()
export class InspectionService {
  readonly #builtIn: ReadonlyMap<string, Inspector>;
  readonly #custom = new BoundedCache<string, Inspector>(MAX_CUSTOM);
  readonly #metrics: Bound<typeof doorsMetrics>;
  readonly #meter: InspectionMeter;

  constructor(
    private readonly checks: CheckService,
    private readonly policies: PolicyStore,
    private readonly recorder: DecisionRecorder,
    @Inject(CHECK_CATALOGUE) catalogue: CheckCatalogue,
    @Inject(SOURCE) private readonly source: Source,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(doorsMetrics);
    this.#meter = this.#countDetectors();
    this.#builtIn = new Map(
      BUILT_IN.map(({ id, check, description, findsValues }) => {
        const threshold = catalogue.checks.find((known) => known.id === check)?.threshold ?? VALUE_THRESHOLD;
        const policy = this.policies.compile(watchingDocument(id, [check], threshold), 1);
        let all: CompiledPolicy | undefined;
        const sensitive = () => (all ??= this.policies.compile(watchingDocument(id, [check], 0), 1));
        return [id, { id, kind: 'built_in', description, policy, sensitive, threshold, findsValues }];
      }),
    );
  }

  /** Everything that has an id: what comes with Weir, and the policies in force. */
  list(): Inspector[] {
    const own = this.policies.list().filter(({ name }) => !this.#builtIn.has(name));
    return [...this.#builtIn.values(), ...own.map(policyInspector)];
  }

  /**
   * What an id stands for, with what its parameters add.
   * @throws WeirError `not_found` for no id, `invalid_request` or `unsupported_parameter` for parameters that cannot be done.
   */
  select(id: string, params: DetectorParams = {}): Selection {
    const { regex, file_type: forms, threshold, stage } = params;
    const own = CUSTOM_IDS.has(id) ? [] : [this.#find(id)];
    const custom = [
      ...(regex ? [this.#customInspector('regex', regex)] : []),
      ...(forms ? [this.#customInspector('file_type', forms)] : []),
    ];
    const inspectors = [...own, ...custom];
    if (inspectors.length > 0) return { id, inspectors, threshold, stage };
    throw new WeirError('invalid_request', `The detector ${id} needs one of its parameters regex and file_type.`, {
      param: 'detector_params',
    });
  }

  /** The same for several ids at once. */
  selectAll(detectors: DetectorMap): Selection[] {
    return Object.entries(detectors).map(([id, params]) => this.select(id, params));
  }

  /** Begins an inspection that goes on for a while; `close` it to have it recorded. */
  open(options: InspectionRunOptions): InspectionRun {
    const { checks, recorder, source } = this;
    const parts = { checks, recorder, meter: this.#meter, monotonic: () => source.monotonic() };
    return new InspectionRun(parts, options);
  }

  /** Inspects each unit by itself; what was found, by unit. */
  async inspect(selection: Selection, { units, stage }: InspectionRequest, call: DoorCall): Promise<Detection[][]> {
    const run = this.open({ selection, stage, call, keepsTexts: true });
    const found: Detection[][] = [];
    for (const [index, unit] of units.entries()) {
      // A request with many texts lets the others have their turn.
      if (index > 0) await nextTurn();
      if (call.signal.aborted) throw new WeirError('cancelled', 'The client left.');
      found.push(await run.inspect(unit));
    }
    run.close();
    return found;
  }

  /** The same with several selections; what all of them found, by unit. */
  async inspectAll(
    selections: readonly Selection[],
    request: InspectionRequest,
    call: DoorCall,
  ): Promise<Detection[][]> {
    const all: Detection[][] = request.units.map(() => []);
    for (const selection of selections) {
      const found = await this.inspect(selection, request, call);
      found.forEach((detections, unit) => all[unit]?.push(...detections));
    }
    return all;
  }

  #find(id: string): Inspector {
    const policy = this.#builtIn.has(id) ? undefined : this.policies.inForce(id);
    const inspector = policy ? policyInspector(policy) : this.#builtIn.get(id);
    if (inspector) return inspector;
    throw new WeirError('not_found', `There is no detector ${JSON.stringify(id.slice(0, 64))}.`, {
      param: 'detector-id',
    });
  }

  #customInspector(kind: 'regex' | 'file_type', list: readonly string[]): Inspector {
    const key = JSON.stringify([kind, list]);
    const known = this.#custom.get(key);
    if (known) return known;
    const policy = this.#compileCustom(kind, list);
    const inspector: Inspector = { ...NO_THRESHOLD, id: kind, kind, description: '', policy };
    this.#custom.set(key, inspector);
    return inspector;
  }

  #compileCustom(kind: 'regex' | 'file_type', list: readonly string[]): CompiledPolicy {
    const document = kind === 'regex' ? regexDocument(list) : fileTypeDocument(list);
    try {
      return this.policies.compile(document, 1);
    } catch (error) {
      const { code, message } = asWeirError(error);
      if (code !== 'invalid_configuration') throw error;
      // The caller gave no policy, so that its name for the place says nothing.
      const reason = message.replace(/^Policy: checks\.[\w.-]+: /, '');
      throw new WeirError('invalid_request', reason, { cause: error, param: `detector_params.${kind}` });
    }
  }

  #countDetectors(): InspectionMeter {
    const metrics = this.#metrics;
    return {
      inspected: (inspector, found, seconds) => {
        const labels = labelsOf(inspector);
        metrics.detectorRequests.inc(labels);
        metrics.detectorDetections.inc(labels, found ? 1 : 0);
        metrics.detectorErrors.inc(labels, 0);
        metrics.detectorRuntime.inc(labels, seconds);
      },
      failed: (inspector) => {
        const labels = labelsOf(inspector);
        metrics.detectorRequests.inc(labels);
        metrics.detectorErrors.inc(labels);
      },
    };
  }
}

/** Ids that stand for nothing but their parameters; TrustyAI's operator configures the last one. */
export const CUSTOM_IDS: ReadonlyMap<string, string> = new Map([
  ['regex', 'Regular expressions in detector_params.regex, by name or in the syntax of RE2.'],
  ['file_type', 'Forms in detector_params.file_type: json, json-with-schema:$SCHEMA, xml.'],
  ['built-in-detector', 'What detector_params.regex and detector_params.file_type name.'],
]);

/** What decides by the thresholds of its own rules. */
const NO_THRESHOLD = { threshold: undefined, sensitive: undefined, findsValues: false } as const;

function policyInspector(policy: CompiledPolicy): Inspector {
  const { name: id, description } = policy;
  return { ...NO_THRESHOLD, id, kind: 'policy', description, policy };
}

/** A request's own expressions would make a label for each. */
function labelsOf({ kind, id }: Inspector): { detector_kind: string; detector_name: string } {
  return { detector_kind: kind, detector_name: kind === 'regex' ? 'custom_regex' : id };
}
