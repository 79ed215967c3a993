import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { conversationTexts, messageIndexOf, textAt } from '../wire/chat-messages.js';
import { ConversationPart } from '../../check/conversation.js';
import type { DoorCall } from '../door-call.js';
import type { Detection } from '../inspection/detection.js';
import type { InspectedTexts, Selection } from '../inspection/inspection-run.js';
import { InspectionService } from '../inspection/inspection.service.js';
import { ChoiceLane, type LanePart } from './choice-lane.js';
import {
  callOf,
  choiceOf,
  completionBody,
  completionChunk,
  logprobsOf,
  usageOf,
  type AnswerHead,
  type Findings,
  type InputResults,
  type OutputResults,
} from './completion-answer.js';
import type { GuardedCompletion } from './completion-bodies.js';
import { emptyWarning, placedResults, warningOf } from '../orchestrator/detector-results.js';
import { GenerationClient } from './generation.client.js';

/** A completion whose detectors are known to be there. */
interface PlannedCompletion extends GuardedCompletion {
  readonly head: AnswerHead;
  readonly input_selections: readonly Selection[];
  readonly output_selections: readonly Selection[];
}

/** Generates answers and says what is in them and in what was asked. */
@Injectable()
export class CompletionService {
  constructor(
    private readonly inspection: InspectionService,
    private readonly generation: GenerationClient,
    @Inject(SOURCE) private readonly source: Source,
  ) {}

  /** The whole answer; without choices when something is found in what was asked. */
  async complete(request: GuardedCompletion, call: DoorCall): Promise<object> {
    const plan = this.#plan(request);
    const unsuitable = await this.#inspectInput(plan, call);
    if (unsuitable) return completionBody(plan.head, [], undefined, unsuitable);
    const { choices, usage } = await this.generation.complete(plan.input, call);
    const found = await this.#inspectOutput(plan, choices, call);
    const shown = choices.map((choice, index) => choiceOf(plan.form, index, choice));
    return completionBody(plan.head, shown, usage, found);
  }

  /** The answer as it is generated, event by event. */
  async *stream(request: GuardedCompletion, call: DoorCall): AsyncGenerator<object> {
    const plan = this.#plan(request);
    const { head, includeUsage } = plan;
    const unsuitable = await this.#inspectInput(plan, call);
    if (unsuitable) return yield completionChunk(head, [], {}, unsuitable);
    const lanes = new Map<number, ChoiceLane>();
    try {
      let usage: inferenceV1.Usage | undefined;
      for await (const chunk of this.generation.stream(plan.input, call)) {
        yield* this.#take(plan, this.#lane(lanes, plan, chunk.index, call), chunk);
        usage = chunk.usage ?? usage;
      }
      if (includeUsage) yield completionChunk(head, [], { usage: usageOf(usage) });
    } finally {
      for (const lane of lanes.values()) lane.close();
    }
  }

  #plan(request: GuardedCompletion): PlannedCompletion {
    const { detectors, form, input } = request;
    const id = this.source.uuid();
    return {
      ...request,
      head: {
        id: `${form === 'chat' ? 'chatcmpl' : 'cmpl'}-${id}`,
        created: Math.floor(this.source.now() / 1_000),
        model: input.model,
        form,
      },
      input_selections: this.inspection.selectAll(detectors.input),
      output_selections: this.inspection.selectAll(detectors.output),
    };
  }

  async #inspectInput(plan: PlannedCompletion, call: DoorCall): Promise<Findings | undefined> {
    const { input_selections: selections, messages } = plan;
    if (selections.length === 0) return undefined;
    const unit = conversationTexts(messages);
    const found = (await this.inspection.inspectAll(selections, { units: [unit], stage: 'input' }, call)).flat();
    if (found.length === 0) return undefined;
    return { input: inputResults(found, unit), warnings: [warningOf('UNSUITABLE_INPUT')] };
  }

  async #inspectOutput(
    plan: PlannedCompletion,
    choices: readonly inferenceV1.Choice[],
    call: DoorCall,
  ): Promise<Findings> {
    const { output_selections: selections, messages } = plan;
    if (selections.length === 0) return { warnings: [] };
    const warnings = choices.flatMap(({ message }, index) =>
      message?.content || message?.toolCalls.length ? [] : [emptyWarning(index)],
    );
    const { texts, context = [] } = conversationTexts(messages);
    const units = choices.map(({ message }, index) => answerTexts(message, index, [...context, ...texts]));
    const found = await this.inspection.inspectAll(selections, { units, stage: 'output' }, call);
    const output = found.flatMap((detections, choice_index): OutputResults[] => {
      const results = resultsByText(detections, units[choice_index]);
      return results.length > 0 ? [{ choice_index, results }] : [];
    });
    return { output, warnings: output.length > 0 ? [...warnings, warningOf('UNSUITABLE_OUTPUT')] : warnings };
  }

  #lane(lanes: Map<number, ChoiceLane>, plan: PlannedCompletion, index: number, call: DoorCall): ChoiceLane {
    const known = lanes.get(index);
    if (known) return known;
    if (lanes.size >= plan.input.n)
      throw new WeirError('upstream_error', 'There are more answers than were asked for.');
    const { output_selections: selections, messages } = plan;
    const lane = new ChoiceLane(this.inspection, { selections, messages, call, index });
    lanes.set(index, lane);
    return lane;
  }

  async *#take(
    plan: PlannedCompletion,
    lane: ChoiceLane,
    chunk: inferenceV1.ChatStreamResponse,
  ): AsyncGenerator<object> {
    const { head } = plan;
    const { index, finishReason } = chunk;
    for await (const part of lane.take(chunk)) yield partChunk(head, index, part);
    if (!finishReason) return;
    for await (const part of lane.end()) yield partChunk(head, index, part);
    const delta = head.form === 'chat' ? { delta: {} } : { text: '' };
    const last = { index, ...delta, logprobs: null, finish_reason: finishReason };
    const warnings = lane.isEmpty && plan.output_selections.length > 0 ? [emptyWarning(index)] : [];
    yield completionChunk(head, [last], {}, { warnings });
  }
}

function partChunk(head: AnswerHead, index: number, part: LanePart): object {
  const { content = '', reasoning, toolCalls, logprobs = [], results } = part;
  const calls = toolCalls?.map((call) => ({ index: call.index, ...callOf(call) }));
  const delta = {
    role: 'assistant',
    ...(reasoning ? { reasoning_content: reasoning } : {}),
    ...(calls ? { tool_calls: calls } : {}),
    ...(reasoning || calls ? {} : { content }),
  };
  const said = head.form === 'chat' ? { delta } : { text: content };
  const choice = { index, ...said, logprobs: logprobsOf(logprobs), finish_reason: null };
  if (!results) return completionChunk(head, [choice], {});
  const warnings = results.length > 0 ? [warningOf('UNSUITABLE_OUTPUT')] : [];
  return completionChunk(head, [choice], {}, { output: [{ choice_index: index, results }], warnings });
}

/** What an answer consists of: what it says, thinks and calls. */
function answerTexts(
  message: inferenceV1.Message | undefined,
  index: number,
  context: readonly ConversationPart[],
): InspectedTexts {
  const { content = '', reasoningContent = '', toolCalls = [] } = message ?? {};
  const texts = [
    ...(content ? [textAt(`choices.${index}.content`, content, 'assistant')] : []),
    ...(reasoningContent ? [textAt(`choices.${index}.reasoning`, reasoningContent, 'assistant', 'reasoning')] : []),
    ...toolCalls.map(({ name: tool, arguments: text }, place) => {
      const path = `choices.${index}.tool_calls.${place}`;
      return new ConversationPart({ path, text, tool, json: true, role: 'assistant', stage: 'tool_call' });
    }),
  ];
  return { texts, context };
}

function inputResults(found: readonly Detection[], unit: InspectedTexts): InputResults[] {
  const byMessage = new Map<number, Detection[]>();
  for (const detection of found) {
    const index = messageIndexOf(detection.path);
    byMessage.set(index, [...(byMessage.get(index) ?? []), detection]);
  }
  return [...byMessage]
    .sort(([one], [other]) => one - other)
    .map(([message_index, detections]) => ({ message_index, results: resultsByText(detections, unit) }));
}

/** Detections in several texts, each placed in its own. */
function resultsByText(found: readonly Detection[], unit: InspectedTexts | undefined) {
  return (unit?.texts ?? []).flatMap(({ path, text }) => {
    const own = found.filter((detection) => detection.path === path);
    return placedResults(own, text);
  });
}
