import { WeirError } from '@weir/errors';
import { z } from 'zod';
import { parseSuite, type Suite } from '../suite/suite.js';

/** A job as it is ordered, after validation. */
export interface JobOrder {
  readonly name: string;
  readonly model: string;
  readonly suite: Suite;
  readonly concurrency: number;
  readonly apiKey: string;
  readonly threshold: number | undefined;
}

const label = (most: number) =>
  z
    .string()
    .min(1, 'is needed')
    .max(most, `at most ${most} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control characters are not allowed');

const DEFAULT_CONCURRENCY = 2;

const order = z.object({
  name: label(200),
  model: label(200),
  concurrency: z
    .number()
    .int()
    .min(0)
    .max(16, 'at most 16')
    .transform((value) => value || DEFAULT_CONCURRENCY),
  apiKey: label(500),
  threshold: z.number().min(0, 'between 0 and 1').max(1, 'between 0 and 1').optional(),
});

/** Reads an order. @throws WeirError `invalid_request` with the wrong field, for suites with the line in `details`. */
export function readOrder(request: z.input<typeof order> & { readonly suiteJsonl: string }): JobOrder {
  const parsed = order.safeParse(request);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const param = String(issue?.path[0] ?? '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    throw new WeirError('invalid_request', `${param}: ${issue?.message ?? 'is not valid'}`, { param });
  }
  return { ...parsed.data, threshold: parsed.data.threshold, suite: readSuite(request.suiteJsonl) };
}

function readSuite(jsonl: string): Suite {
  const parsed = parseSuite(jsonl);
  if (parsed.ok) return parsed.suite;
  const lines = parsed.problems.map(({ line, message }) => `line ${line}: ${message}`);
  const details = { line: parsed.problems[0]?.line ?? 1 };
  throw new WeirError('invalid_request', `suite_jsonl: ${lines.join('; ')}`, { param: 'suite_jsonl', details });
}
