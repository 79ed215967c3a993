import { z } from 'zod';
import { chatMessages, textAt } from '../wire/chat-messages.js';
import { detectorParams } from '../inspection/detector-params.js';
import type { InspectedTexts } from '../inspection/inspection-run.js';

const MAX_CONTENTS = 1_024;
const MAX_CONTEXT = 256;

/** Body of `/api/v1/text/contents`. */
export const contentsBody = z.strictObject({
  contents: z.array(z.string()).min(1).max(MAX_CONTENTS),
  detector_params: detectorParams,
});

/** Body of `/api/v1/text/chat`. */
export const chatBody = z.strictObject({
  messages: chatMessages,
  tools: z.array(z.unknown()).max(128).nullish(),
  detector_params: detectorParams,
});

/** Body of `/api/v1/text/generation`. */
export const generationBody = z.strictObject({
  prompt: z.string(),
  generated_text: z.string(),
  detector_params: detectorParams,
});

/** What its clients call the kinds of context; a URL names a source whose text nobody fetches here. */
export const contextType = z.enum(['url', 'chunks', 'document', 'docs']);

/** Body of `/api/v1/text/context/doc`. */
export const contextBody = z.strictObject({
  content: z.string(),
  context_type: contextType,
  context: z.array(z.string()).min(1).max(MAX_CONTEXT),
  detector_params: detectorParams,
});

/** A generated text with the prompt that it answers. */
export function generatedTexts({
  prompt,
  generated_text: text,
}: {
  prompt: string;
  generated_text: string;
}): InspectedTexts {
  return { texts: [textAt('generated_text', text, 'assistant')], context: [textAt('prompt', prompt, 'user')] };
}

/** A text with the documents that it is about. */
export function contextTexts({ content, context }: { content: string; context: readonly string[] }): InspectedTexts {
  const documents = context.map((text, index) => textAt(`context.${index}`, text, 'tool', 'document'));
  return { texts: [textAt('content', content, 'assistant')], context: documents };
}
