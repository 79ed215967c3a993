import { z } from 'zod';
import { UNSUPPORTED } from '../wire/door-body.js';

/** Most texts of one request. */
export const MAX_INPUTS = 256;

const textPart = z.object({
  type: z
    .unknown()
    .refine((type) => type === 'text', { error: 'only parts of type text can be judged.', ...UNSUPPORTED }),
  text: z.string(),
});

/** Which of the forms it is decides how it is read, so that an error names the exact place. */
const input = z.unknown().transform((value, context): string[] => {
  const schema = !Array.isArray(value) ? one : typeof value[0] === 'string' ? many : parts;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
  return z.NEVER;
});

const one = z.string().transform((text) => [text]);
const many = z.array(z.string()).min(1).max(MAX_INPUTS);
/** The parts of one message, judged together. */
const parts = z
  .array(textPart)
  .min(1)
  .max(MAX_INPUTS)
  .transform((list) => [list.map(({ text }) => text).join('\n')]);

/** Body of `POST /v1/moderations`; `input` becomes one text for each result. */
export const moderationBody = z.strictObject({ input, model: z.string().min(1).max(256).nullish() });
