import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { Access, CurrentCall, ErrorBody, SOURCE, type HttpCall } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { DetectorSpec } from '../../detector/detector.js';
import { CHECK_CATALOGUE, type CheckCatalogue } from '../../policy/check-catalogue.js';
import { textAt } from '../wire/chat-messages.js';
import { CodePoints } from '../wire/code-points.js';
import { readWith } from '../wire/door-body.js';
import { DoorTraffic } from '../door-traffic.service.js';
import type { Detection } from '../inspection/detection.js';
import { InspectionService } from '../inspection/inspection.service.js';
import { anonymize } from './anonymize.js';
import { OPERATORS } from './operators.js';
import { withoutDuplicates } from './overlaps.js';
import { analyzeBody, anonymizeBody, type AnalyzeBody } from './presidio-bodies.js';

const errorBody = ({ message }: WeirError) => ({ error: message });

/** The analyzer and the anonymizer of Presidio, over the personal data that Weir finds. */
@Controller()
@Access({ scope: 'inference' })
@ErrorBody(errorBody)
export class PresidioHttp {
  readonly #detectors: readonly DetectorSpec[];
  readonly #entities: readonly string[];

  constructor(
    private readonly inspection: InspectionService,
    private readonly traffic: DoorTraffic,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(CHECK_CATALOGUE) { detectors }: CheckCatalogue,
  ) {
    this.#detectors = detectors.filter(({ category }) => category === 'pii');
    this.#entities = [...new Set(this.#detectors.map(({ entity }) => entity))].sort();
  }

  @Get('recognizers')
  recognizers(): string[] {
    return this.#detectors.map(({ id }) => id);
  }

  @Get('supportedentities')
  supportedEntities(): readonly string[] {
    return this.#entities;
  }

  @Get('anonymizers')
  anonymizers(): readonly string[] {
    return OPERATORS;
  }

  @Post('analyze')
  @HttpCode(200)
  analyze(@Body() body: unknown, @CurrentCall() call: HttpCall) {
    return this.traffic.count('presidio', async () => {
      const read = readWith(analyzeBody, body);
      this.#refuseUnknown(read.entities ?? []);
      const texts = typeof read.text === 'string' ? [read.text] : read.text;
      const params = typeof read.score_threshold === 'number' ? { threshold: read.score_threshold } : {};
      const units = texts.map((text, index) => ({ texts: [textAt(`text.${index}`, text, 'user')] }));
      const found = await this.inspection.inspect(
        this.inspection.select('pii', params),
        { units, stage: 'input' },
        call,
      );
      const results = found.map((detections, index) => recognized(detections, texts[index] ?? '', read));
      return typeof read.text === 'string' ? (results[0] ?? []) : results;
    });
  }

  @Post('anonymize')
  @HttpCode(200)
  anonymize(@Body() body: unknown) {
    return this.traffic.countStrict('presidio', () => {
      const { text, analyzer_results: found, anonymizers } = readWith(anonymizeBody, body);
      const operators = new Map(Object.entries(anonymizers ?? {}));
      return anonymize({ text, found, operators, salt: this.source.uuid() });
    });
  }

  /** Nobody should believe that a text was searched for something that nothing here finds. */
  #refuseUnknown(entities: readonly string[]): void {
    const unknown = entities.find((entity) => !this.#entities.includes(entity));
    if (unknown === undefined) return;
    throw new WeirError('invalid_request', `No recognizer finds ${JSON.stringify(unknown)} here.`, {
      param: 'entities',
    });
  }
}

function recognized(
  found: readonly Detection[],
  text: string,
  { entities, allow_list, return_decision_process }: AnalyzeBody,
) {
  const points = new CodePoints(text);
  const wanted = entities?.length ? new Set(entities) : undefined;
  const allowed = new Set(allow_list ?? []);
  const results = found
    .filter(({ detection, text: value }) => (wanted?.has(detection) ?? true) && !allowed.has(value))
    .map(({ detection, start, end, score, detector }) => ({
      entity_type: detection,
      start: points.at(start),
      end: points.at(end),
      score,
      analysis_explanation: return_decision_process ? { recognizer: detector, original_score: score, score } : null,
    }));
  return withoutDuplicates(results);
}
