import { z } from 'zod';
import type { CheckKind } from '../../detector/check-kind.js';
import type { CheckFinding, CheckInput } from '../../detector/text-check.js';
import type { Category } from '../../detector/verdict-words.js';
import { inLanes } from '../calls/lanes.js';
import { categoryField, hazardField, owaspField } from '../fms/fms-definition.js';
import { versionOf } from '../fms/fms-kind.js';
import type { SelectiveCheck } from '../selective-check.js';
import { graniteGuardian, graniteGuardian3 } from './granite-guardian.js';
import type { JudgeFormat, Judgement } from './judge-format.js';
import { JudgeModel } from './judge-model.js';
import { judgedTexts, piecesOf, type Piece } from './judged-pieces.js';
import { HAZARDS, llamaGuard } from './llama-guard.js';
import type { ModelClient } from './model.client.js';
import { yesNo } from './yes-no.js';

const LANES = 4;

/** A judge as a policy names it. */
export const judgeDefinition = z
  .strictObject({
    kind: z.literal('judge'),
    /** Alias of a route of Weir. */
    model: z.string().min(1).max(128),
    format: z.enum(['llama-guard', 'granite-guardian', 'granite-guardian-3', 'yes-no']),
    /** llama-guard: hazards to look for; absent = all. */
    categories: z.array(hazardField).min(1).max(14).optional(),
    /** What makes a text unsafe. yes-no needs it; Granite Guardian takes harm when there is none. */
    criteria: z.string().min(1).max(4_000).optional(),
    /** Judges only what came to the model, or only what it wrote; absent = both. */
    on: z.enum(['input', 'output']).optional(),
    threshold: z.number().min(0).max(1).default(0.5),
    /** Asks for the probabilities of the answer's tokens, for a score between 0 and 1; false for models without them. */
    logprobs: z.boolean().default(true),
    category: categoryField.optional(),
    owasp: owaspField.optional(),
  })
  .refine(({ format, criteria }) => format !== 'yes-no' || criteria !== undefined, 'yes-no needs criteria')
  .refine(({ format, criteria }) => format !== 'llama-guard' || criteria === undefined, 'llama-guard has no criteria')
  .refine(({ format, categories }) => format === 'llama-guard' || !categories, 'only llama-guard has categories');

export type JudgeDefinition = z.output<typeof judgeDefinition>;

/** Checks that a policy defines with `kind: judge`: a model that Weir serves says whether a text is unsafe. */
export function judgeKind(client: Pick<ModelClient, 'ask'>): CheckKind<JudgeDefinition> {
  return {
    kind: 'judge',
    schema: judgeDefinition,
    compile: (name, definition) => ({ kind: 'check', check: new JudgeCheck(name, definition, client) }),
  };
}

export function formatOf({ format, categories, criteria }: JudgeDefinition): JudgeFormat {
  switch (format) {
    case 'llama-guard':
      return llamaGuard(categories ?? []);
    case 'granite-guardian':
      return graniteGuardian(criteria);
    case 'granite-guardian-3':
      return graniteGuardian3(criteria);
    case 'yes-no':
      return yesNo(criteria ?? '');
  }
}

/** Asks a model about everything that is to be judged. */
class JudgeCheck implements SelectiveCheck {
  readonly version: string;
  readonly threshold: number;
  readonly stream = 'whole';
  readonly #model: JudgeModel;

  constructor(
    readonly id: string,
    private readonly definition: JudgeDefinition,
    client: Pick<ModelClient, 'ask'>,
  ) {
    const format = formatOf(definition);
    this.#model = new JudgeModel(client, format, definition);
    this.version = versionOf({ ...definition, prompt: format.name });
    this.threshold = definition.threshold;
  }

  applies(input: CheckInput): boolean {
    return judgedTexts(input, this.definition.on).length > 0;
  }

  async check(input: CheckInput): Promise<readonly CheckFinding[]> {
    const findings = await inLanes(piecesOf(input, this.definition.on), LANES, async (piece) => {
      return this.#findings(piece, await this.#model.judge({ ...piece, documents: [] }, input));
    });
    return findings.flat();
  }

  #findings({ parts }: Piece, { score, hazards }: Judgement): CheckFinding[] {
    if (score === 0) return [];
    const { category, owasp, format } = this.definition;
    const shared = {
      score,
      category: category ?? ((format === 'yes-no' ? 'custom' : 'toxicity') satisfies Category),
      ...(owasp ? { owasp } : {}),
    };
    const kinds = hazards.length > 0 ? hazards.map(kindOf) : [{ entity: 'unsafe' }];
    return parts.flatMap((part) => kinds.map((kind) => ({ ...part, ...shared, ...kind })));
  }
}

function kindOf(hazard: string): { entity: string; hazard: string } {
  return { entity: HAZARDS[hazard] ?? hazard, hazard };
}
