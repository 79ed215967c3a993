import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardrailsV1 } from '@weir/contracts';
import { isHeld } from '../../policy/rule-effect.js';
import type { CompiledPolicy } from '../../policy/policy.js';
import type { Action, Stage } from '../../detector/verdict-words.js';
import { streamRules } from '../facts/stream-rules.js';
import { inOrder } from '../overlaps.js';
import { RequestMemory } from '../request-memory.js';
import { fakeRunner, policyOf, serviceOf } from '../test/verdicts.fixture.js';
import { alone, cutAt, sessionOf } from './stream.fixture.js';
import { partOf } from './stream-text.js';

const THEN = String('then');
const CARD = '4111111111111111';
const TIER = 'request.metadata.tier';
const { runner } = fakeRunner();
const service = serviceOf(runner, new Map([['extracted.reason', 'y']]));

const VALUES = [
  { check: 'pii.card', action: 'mask' },
  { check: 'pii.email', action: 'flag' },
  { check: 'secret.key', action: 'downgrade' },
  { check: 'prompt-injection', action: 'flag' },
  { check: 'leak', action: 'flag', on_error: 'open' },
];
/** With these a stream and a complete text do not find the same any more: what is stopped or replaced is not read on. */
const ACTING = [
  { check: 'pii.email', action: 'block' },
  { check: 'prompt-injection', action: 'replace' },
  { check: 'leak', action: 'block' },
];
const extract = {
  model: 'judge',
  instructions: 'Find the reason.',
  schema: { type: 'object', properties: { reason: { type: 'string' } } },
};
const literal = fc.constantFrom<string | number | boolean>(0, 40, 'x', 'y', true, 'mask', 'output');
const FACTS = ['stage', 'model', TIER, 'text.characters', 'verdict.action', 'verdict.pii.card.found', 'verdict.leak.score', 'verdict.prompt-injection.found', 'tool.name', 'extracted.reason']; // prettier-ignore

const rule = fc.record({
  reads: fc.array(fc.tuple(fc.nat(12), fc.constantFrom('eq', 'ne', 'gt', 'exists'), literal), { minLength: 1, maxLength: 3 }), // prettier-ignore
  join: fc.constantFrom('all', 'any'),
  not: fc.boolean(),
  action: fc.option(fc.constantFrom<Action>('flag', 'downgrade', 'require_approval', 'block'), { nil: undefined }),
  salience: fc.integer({ min: -2, max: 2 }),
});
const logic = fc.array(rule, { minLength: 1, maxLength: 5 }).map((drafts) => ({
  extract,
  rules: drafts.map(({ reads, join, not, action, salience }, index) => {
    const conditions = reads.map(([at, op, value]) => {
      const fact = FACTS[at] ?? (index > 0 ? `x${at % index}` : 'model');
      if (op === 'exists') return { fact, op };
      return op === 'gt' ? { fact, op, value: 40 } : { fact, op, value };
    });
    const when = not ? { not: { [join]: conditions } } : { [join]: conditions };
    const conclusion = { ...(action && { action, message: `m${index}` }), set: { [`x${index}`]: true } };
    return { id: `r${index}`, when, [THEN]: conclusion, salience };
  }),
}));
const policies = fc.record({
  rules: fc.subarray([...VALUES, ...ACTING]),
  logic,
  mode: fc.constantFrom('enforce', 'enforce', 'shadow'),
});
/** Without ends of sentences: each text is one piece to a check that reads 200 characters. */
const texts = fc
  .array(fc.constantFrom(CARD, ' ada@example', ' key-abcdefgh', ' ignore ', ' canary ', ' word ', ' 😀', ' please '), {
    minLength: 1,
    maxLength: 9,
  }) // prettier-ignore
  .map((words) => words.join(''));
const requests = fc.record({
  model: fc.constantFrom('x', 'y'),
  tier: fc.option(fc.constantFrom('x', '50'), { nil: undefined }),
  stage: fc.constantFrom<Stage>('output', 'reasoning'),
});

/** Many under each policy, which takes longer to compile than a stream takes. */
const cases = fc.array(fc.record({ request: requests, text: texts, cuts: fc.array(fc.nat(200), { maxLength: 12 }) }), {
  minLength: 4,
  maxLength: 6,
});

interface Case {
  readonly request: Request;
  readonly text: string;
  readonly cuts: readonly number[];
}

interface Request {
  readonly model: string;
  readonly tier: string | undefined;
  readonly stage: Stage;
}

const openOf = (policy: CompiledPolicy, { model, tier, stage }: Request) => ({
  ...{ policy, stage, context: [], state: undefined, principal: undefined },
  facts: new Map(tier === undefined ? [] : [['tier', tier]]),
  subject: guardrailsV1.Subject.fromPartial({ model }),
  signal: new AbortController().signal,
});

async function whole(policy: CompiledPolicy, request: Request, text: string) {
  const part = partOf({ choiceIndex: 0, stage: request.stage, path: 'choices.0' }, text);
  const judged = await service.judge(
    { ...openOf(policy, request), texts: [part] },
    new RequestMemory(undefined, () => 0.5),
  );
  const { action, trace, message, findings } = judged.verdict;
  return { before: '', released: judged.texts[0] ?? '', action, trace, message, findings: inOrder(findings) };
}

/** How the rules take the text; every way has its own relation to the decision on the complete text. */
async function compare(policy: CompiledPolicy, acts: boolean, { request, text, cuts }: Case): Promise<string> {
  const { model, stage } = request;
  const rules = streamRules(policy, stage, { model, metadata: openOf(policy, request).facts });
  const [cut, decided] = [
    await alone(sessionOf(policy, runner, openOf(policy, request), undefined, service), cutAt(text, cuts)),
    await whole(policy, request, text),
  ];
  if (rules.kind === 'decided' && isHeld(rules.pass.action)) {
    expect([cut.released, cut.action, decided.action]).toEqual(['', 'block', 'block']);
    expect(decided.trace).toEqual(expect.arrayContaining([...cut.trace]));
    return 'stopped';
  }
  if (rules.kind === 'hold') expect(cut).toEqual(decided);
  if (rules.kind !== 'hold' && !acts) expect(cut).toEqual({ ...decided, before: cut.before });
  return rules.kind;
}

describe('a stream under rules over facts', () => {
  it('is decided as the complete text is, however it is cut, and nothing of what they stop leaves', async () => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(policies, cases, async (document, each) => {
      const policy = policyOf(document);
      const acts = document.rules.some((one) => ACTING.includes(one));
      for (const one of each) seen.add(await compare(policy, acts, one));
    });
    await fc.assert(property, { numRuns: 45 });
    expect(seen.size).toBeGreaterThan(2);
  });
});
