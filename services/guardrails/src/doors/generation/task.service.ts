import { Injectable } from '@nestjs/common';
import type { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { textAt } from '../wire/chat-messages.js';
import { CodePoints } from '../wire/code-points.js';
import type { DoorCall } from '../door-call.js';
import type { Selection } from '../inspection/inspection-run.js';
import { InspectionService } from '../inspection/inspection.service.js';
import { ChoiceLane } from './choice-lane.js';
import {
  emptyWarning,
  placedResults,
  placelessResult,
  taskWarning,
  warningOf,
  type PlacedResult,
} from '../orchestrator/detector-results.js';
import { GenerationClient } from './generation.client.js';
import { generationInput, type ClassificationBody, type generationDetectionBody } from './task-bodies.js';
import type { z } from 'zod';

const FINISH_REASONS: Readonly<Record<string, string>> = { stop: 'EOS_TOKEN', length: 'MAX_TOKENS' };

/** Generation by a prompt alone, with what was found in it. */
@Injectable()
export class TaskService {
  constructor(
    private readonly inspection: InspectionService,
    private readonly generation: GenerationClient,
  ) {}

  async generateAndDetect(body: z.output<typeof generationDetectionBody>, call: DoorCall): Promise<object> {
    const { model_id, prompt, detectors, text_gen_parameters } = body;
    const selections = this.inspection.selectAll(detectors);
    const { text, usage } = await this.#generate(generationInput(model_id, prompt, text_gen_parameters), call);
    const unit = { texts: [textAt('generated_text', text, 'assistant')], context: [textAt('prompt', prompt, 'user')] };
    const found = await this.inspection.inspectAll(selections, { units: [unit], stage: 'output' }, call);
    return {
      generated_text: text,
      detections: found.flat().map(placelessResult),
      input_token_count: usage?.inputTokens ?? 0,
    };
  }

  async classify(body: ClassificationBody, call: DoorCall): Promise<object> {
    const output = this.#outputSelections(body);
    const unsuitable = await this.#unsuitableInput(body, call);
    if (unsuitable) return unsuitable;
    const { model_id, inputs, text_gen_parameters: given } = body;
    const { text, usage, finishReason } = await this.#generate(generationInput(model_id, inputs, given), call);
    const unit = { texts: [textAt('generated_text', text, 'assistant')], context: [textAt('inputs', inputs, 'user')] };
    const [found = []] = text ? await this.inspection.inspectAll(output, { units: [unit], stage: 'output' }, call) : [];
    const results = placedResults(found, text);
    return {
      generated_text: text,
      token_classification_results: results.length > 0 ? { output: results.map(tokenResult) } : {},
      ...ending(finishReason, usage, given?.seed),
      ...warningsOf(results.length > 0, text === ''),
    };
  }

  async *classifyStream(body: ClassificationBody, call: DoorCall): AsyncGenerator<object> {
    const selections = this.#outputSelections(body);
    const unsuitable = await this.#unsuitableInput(body, call);
    if (unsuitable) return yield unsuitable;
    const { model_id, inputs, text_gen_parameters: given } = body;
    const messages = [{ role: 'user', content: inputs } as const];
    const lane = new ChoiceLane(this.inspection, { selections, messages, call, index: 0 });
    let processed = 0;
    const event = (content = '', results: readonly PlacedResult[] = []) => {
      const start_index = processed;
      processed += new CodePoints(content).length;
      return {
        generated_text: content,
        token_classification_results: results.length > 0 ? { output: results.map(tokenResult) } : {},
        ...warningsOf(results.length > 0, false),
        processed_index: processed,
        start_index,
      };
    };
    try {
      for await (const chunk of this.generation.stream(generationInput(model_id, inputs, given), call)) {
        for await (const { content, results } of lane.take(chunk)) if (content) yield event(content, results);
        if (!chunk.finishReason) continue;
        for await (const { content, results } of lane.end()) if (content) yield event(content, results);
        yield {
          ...event(),
          ...ending(chunk.finishReason, chunk.usage, given?.seed),
          ...warningsOf(false, lane.isEmpty),
        };
      }
    } finally {
      lane.close();
    }
  }

  #outputSelections({ guardrail_config: config }: ClassificationBody): Selection[] {
    return this.inspection.selectAll(config?.output?.models ?? {});
  }

  async #generate(input: inferenceV1.ChatInput, call: DoorCall) {
    const { choices, usage } = await this.generation.complete(input, call);
    const [choice] = choices;
    if (!choice) throw new WeirError('upstream_error', 'The model gave no answer.');
    return { text: choice.message?.content ?? '', finishReason: choice.finishReason, usage };
  }

  /** The answer for what nothing is generated for; undefined when nothing is found. */
  async #unsuitableInput({ inputs, guardrail_config: config }: ClassificationBody, call: DoorCall) {
    const selections = this.inspection.selectAll(config?.input?.models ?? {});
    if (selections.length === 0) return undefined;
    const spans = maskedSpans(inputs, config?.input?.masks ?? []);
    const units = spans.map(({ text }, index) => ({ texts: [textAt(`inputs.${index}`, text, 'user')] }));
    const found = await this.inspection.inspectAll(selections, { units, stage: 'input' }, call);
    const results = found.flatMap((detections, index) => {
      const span = spans[index];
      return span ? placedResults(detections, span.text, span.from) : [];
    });
    if (results.length === 0) return undefined;
    return {
      token_classification_results: { input: results.map(tokenResult) },
      input_token_count: 0,
      warnings: [taskWarning(warningOf('UNSUITABLE_INPUT'))],
    };
  }
}

/** The parts of a text that are looked at; all of it where there are none. */
function maskedSpans(text: string, masks: readonly (readonly [number, number])[]): { text: string; from: number }[] {
  if (masks.length === 0) return [{ text, from: 0 }];
  const points = new CodePoints(text);
  return masks.map(([start, end]) => {
    if (end > points.length)
      throw new WeirError('invalid_request', 'invalid masks', { param: 'guardrail_config.input.masks' });
    return { text: text.slice(points.unitOf(start), points.unitOf(end)), from: start };
  });
}

function tokenResult({ start, end, text, detection, detection_type, detector_id, score }: PlacedResult) {
  return { start, end, word: text, entity: detection, entity_group: detection_type, detector_id, score };
}

function ending(finishReason: string, usage: inferenceV1.Usage | undefined, seed: number | null | undefined) {
  return {
    finish_reason: FINISH_REASONS[finishReason] ?? 'ERROR',
    generated_token_count: usage?.outputTokens ?? 0,
    ...(typeof seed === 'number' ? { seed } : {}),
    input_token_count: usage?.inputTokens ?? 0,
  };
}

function warningsOf(unsuitable: boolean, empty: boolean): object {
  if (empty) return { warnings: [taskWarning(emptyWarning(0))] };
  return unsuitable ? { warnings: [taskWarning(warningOf('UNSUITABLE_OUTPUT'))] } : {};
}
