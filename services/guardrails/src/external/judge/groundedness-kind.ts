import { WeirError } from '@weir/errors';
import { z } from 'zod';
import type { CheckKind } from '../../detector/check-kind.js';
import type { CheckFinding, CheckInput, TextCheck } from '../../detector/text-check.js';
import { inLanes } from '../calls/lanes.js';
import { documentsOf, lastUserText } from '../conversation-around.js';
import type { DetectorClient } from '../fms/detector.client.js';
import { detectorServer, fmsDefinition } from '../fms/fms-definition.js';
import { FmsCheck, versionOf } from '../fms/fms-kind.js';
import type { SelectiveCheck } from '../selective-check.js';
import { graniteGuardian, graniteGuardian3 } from './granite-guardian.js';
import type { JudgeFormat } from './judge-format.js';
import { JudgeModel } from './judge-model.js';
import { judgedTexts, piecesOf } from './judged-pieces.js';
import type { ModelClient } from './model.client.js';
import { yesNo } from './yes-no.js';

const LANES = 4;
const MOST_DOCUMENT_CHARS = 64_000;
const MEANING = { category: 'custom', entity: 'groundedness', owasp: 'LLM09' } as const;
const CRITERIA =
  "The assistant's message contains facts or claims that are not supported by the provided documents, or that contradict them.";

const threshold = z.number().min(0).max(1).default(0.5);

const byModel = z.strictObject({
  kind: z.literal('groundedness'),
  /** Alias of a route of Weir. */
  model: z.string().min(1).max(128),
  format: z.enum(['granite-guardian', 'granite-guardian-3', 'yes-no']).default('yes-no'),
  logprobs: z.boolean().default(true),
  threshold,
});

const byDetector = z.strictObject({
  kind: z.literal('groundedness'),
  ...detectorServer,
  high_score_is: fmsDefinition.shape.high_score_is,
  context_type: fmsDefinition.shape.context_type,
  threshold,
});

/** A check of answers against documents: by a model of Weir, or by a detector server. */
export const groundednessDefinition = z.union([byModel, byDetector]);

type ByModel = z.output<typeof byModel>;
export type GroundednessDefinition = z.output<typeof groundednessDefinition>;

/** Checks that a policy defines with `kind: groundedness`. They have nothing to say where there are no documents. */
export function groundednessKind(
  models: Pick<ModelClient, 'ask'>,
  detectors: DetectorClient,
): CheckKind<GroundednessDefinition> {
  return {
    kind: 'groundedness',
    schema: groundednessDefinition,
    compile: (name, definition) => ({
      kind: 'check',
      check:
        'url' in definition ? detectorCheck(name, definition, detectors) : new ModelCheck(name, definition, models),
    }),
  };
}

function detectorCheck(name: string, definition: z.output<typeof byDetector>, client: DetectorClient): TextCheck {
  const { category, owasp } = MEANING;
  return new FmsCheck(name, { ...definition, kind: 'fms', api: 'context', category, owasp }, client);
}

function formatOf({ format }: ByModel): JudgeFormat {
  if (format === 'yes-no') return yesNo(CRITERIA);
  return format === 'granite-guardian' ? graniteGuardian(CRITERIA) : graniteGuardian3(CRITERIA);
}

class ModelCheck implements SelectiveCheck {
  readonly version: string;
  readonly threshold: number;
  readonly stream = 'whole';
  readonly #model: JudgeModel;

  constructor(
    readonly id: string,
    definition: ByModel,
    client: Pick<ModelClient, 'ask'>,
  ) {
    const format = formatOf(definition);
    this.#model = new JudgeModel(client, format, definition);
    this.version = versionOf({ ...definition, prompt: format.name });
    this.threshold = definition.threshold;
  }

  applies(input: CheckInput): boolean {
    return judgedTexts(input, 'output').length > 0 && documentsOf(input).length > 0;
  }

  async check(input: CheckInput): Promise<readonly CheckFinding[]> {
    const documents = boundedDocuments(input);
    const question = lastUserText(input);
    const before = question ? [{ speaker: 'user' as const, text: question }] : [];
    const findings = await inLanes(piecesOf(input, 'output'), LANES, async ({ judged, parts }) => {
      const { score } = await this.#model.judge({ before, judged, documents }, input);
      return score === 0 ? [] : parts.map((part) => ({ ...part, ...MEANING, score }));
    });
    return findings.flat();
  }
}

/** A document left out would make true claims look made up. */
function boundedDocuments(input: CheckInput): string[] {
  const documents = documentsOf(input).map(({ text }) => text);
  if (documents.reduce((sum, text) => sum + text.length, 0) <= MOST_DOCUMENT_CHARS) return documents;
  throw new WeirError(
    'payload_too_large',
    `Documents of more than ${MOST_DOCUMENT_CHARS} characters are not compared.`,
  );
}
