import { z } from 'zod';
import { chatMessages } from '../wire/chat-messages.js';
import { contextType } from '../fms/detector-bodies.js';
import { detectorMap } from '../inspection/detector-params.js';

const MAX_CONTEXT = 256;

const detectors = detectorMap.refine((map) => Object.keys(map).length > 0, '`detectors` must not be empty.');
const text = z.string().min(1, 'must not be empty.');

/** Body of `/api/v2/text/detection/content`. */
export const contentDetectionBody = z.strictObject({ detectors, content: text });

/** Body of `/api/v2/text/detection/chat`. */
export const chatDetectionBody = z.strictObject({
  detectors,
  messages: chatMessages,
  tools: z.array(z.unknown()).max(128).nullish(),
});

/** Body of `/api/v2/text/detection/context`. */
export const contextDetectionBody = z.strictObject({
  detectors,
  content: text,
  context_type: contextType,
  context: z.array(z.string()).min(1).max(MAX_CONTEXT),
});

/** Body of `/api/v2/text/detection/generated`. */
export const generatedDetectionBody = z.strictObject({ detectors, prompt: text, generated_text: text });

/** First line of `/api/v2/text/detection/stream-content`, and the lines after it. */
export const firstLine = z.strictObject({ detectors, content: z.string().default('') });
export const nextLine = z.strictObject({ content: z.string() });
