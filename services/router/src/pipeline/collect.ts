import type { Attempt, PlacedToolCall } from '../routing/attempt.js';
import { ToolCallParts } from '../routing/tool-call-parts.js';

/** Reads one answer to its end into its choice. */
export async function collect({ choice, parts }: Attempt): Promise<void> {
  const building = new ToolCallParts();
  const calls: PlacedToolCall[] = [];
  for await (const part of parts) {
    choice.text += part.text;
    choice.reasoning += part.reasoning;
    choice.logprobs?.push(...part.logprobs);
    if (part.promptLogprobs.length > 0) choice.promptLogprobs = part.promptLogprobs;
    for (const delta of part.toolCalls) calls.push(...building.add(delta));
  }
  calls.push(...building.end());
  calls.sort((left, right) => left.index - right.index);
  choice.toolCalls = calls.map(({ id, name, arguments: text }) => ({ id, name, arguments: text }));
}
