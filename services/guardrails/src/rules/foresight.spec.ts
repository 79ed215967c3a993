import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severity, strongest, type Action } from '../detector/verdict-words.js';
import { compileRules } from './compile-rules.js';
import { BY_REQUEST, BY_TEXT, type FactValue, type Foresight, type KnownFacts } from './rule-set.js';
import { watching, withActions } from './with-actions.js';

const THEN = String('then') as 'then';
const rule = (id: string, when: object, conclusion: object, salience = 0) => ({
  id,
  salience,
  when,
  [THEN]: conclusion,
});
const is = (fact: string, value: FactValue) => ({ fact, op: 'eq', value });
const TIER = 'request.metadata.tier';
const LENGTH = 'text.characters';
const long = { fact: LENGTH, op: 'gt', value: 5 };
const block = { action: 'block' };

/** Of an answer: nothing is known but its stage. */
const unseen: KnownFacts = (fact) => {
  if (fact === 'stage') return 'output';
  if (fact.startsWith('tool.')) return undefined;
  return fact.startsWith('request.') || fact === 'model' ? BY_REQUEST : BY_TEXT;
};
const foreseen = (...rules: object[]): Foresight => compileRules({ rules }).foresee(unseen);

describe('what rules can do about an answer', () => {
  it.each<[string, object, Action | undefined]>([
    ['nothing, when they are about another stage', is('stage', 'tool_call'), undefined],
    ['nothing, when they need a tool call', { fact: 'tool.arguments.amount', op: 'gt', value: 1 }, undefined],
    ['nothing, when one part cannot hold', { all: [long, is('stage', 'tool_call')] }, undefined],
    [
      'nothing, compared with what is never there',
      { ...is(LENGTH, 1), value: undefined, value_of: 'tool.name' },
      undefined,
    ],
    ['at once, when there is no tool call', { not: { fact: 'tool.name', op: 'exists' } }, undefined],
    ['at once, when they read the request only', is(TIER, 'free'), undefined],
    ['at once, when the text is not asked any more', { any: [is('stage', 'output'), long] }, undefined],
    ['at its end, when they read the text', long, 'block'],
    ['at its end, when they read the text first', { any: [long, is('stage', 'output')] }, 'block'],
    ['at its end, when the request alone does not settle it', { all: [is(TIER, 'free'), long] }, 'block'],
    ['at its end, when they compare it', { fact: TIER, op: 'lt', value_of: LENGTH }, 'block'],
    ['at its end, when they hold though a part does not', { not: { all: [long, is('stage', 'x')] } }, 'block'],
  ])('%s', (_what, when, awaited) => {
    expect(foreseen(rule('r', JSON.parse(JSON.stringify(when)) as object, block)).awaited).toBe(awaited);
  });

  it('goes through what they conclude, whatever order they are in', () => {
    const risky = rule('risky', is('risk', true), block);
    expect(foreseen(risky, rule('calls', is('stage', 'tool_call'), { set: { risk: true } })).awaited).toBeUndefined();
    expect(foreseen(risky, rule('free', is(TIER, 'free'), { set: { risk: true } }, 9)).awaited).toBeUndefined();
    expect(foreseen(risky, rule('long', long, { set: { risk: true } }, -9)).awaited).toBe('block');
    const either = [rule('a', is(TIER, 'x'), { set: { risk: true } }), rule('b', long, { set: { risk: true } })];
    expect(foreseen(risky, ...either).awaited).toBe('block');
    expect(foreseen(rule('b', long, { set: { risk: true } })).awaited).toBe('allow');
  });

  it('is decided early in their own order, with their messages', () => {
    const { decideEarly, awaited } = foreseen(
      rule('low', is('vip', false), { action: 'flag', message: 'not a vip' }, -1),
      rule('long', long, { action: 'downgrade' }, 5),
      rule('vip', is('model', 'm'), { set: { vip: false } }),
    );
    const decision = decideEarly(new Map([['model', 'm']]));
    expect(decision.fired.map((fired) => fired.rule)).toEqual(['vip', 'low']);
    expect([decision.action, decision.message, awaited]).toEqual(['flag', 'not a vip', 'downgrade']);
  });
});

describe('rules with other consequences', () => {
  const rules = compileRules({
    extract: { model: 'm', instructions: 'i', schema: { type: 'object', properties: { a: { type: 'string' } } } },
    rules: [
      rule('early', is(TIER, 'free'), { action: 'require_approval', message: 'Ask.' }),
      rule('late', long, { ...block, message: 'No.' }),
    ],
  });
  const facts = new Map<string, FactValue>([
    [TIER, 'free'],
    [LENGTH, 9],
  ]);

  it('foresee and decide them', () => {
    const changed = withActions(rules, (action) => (action === 'block' ? 'flag' : action));
    expect(changed.decide(facts)).toMatchObject({ action: 'flag', message: 'No.' });
    expect(changed.foresee(unseen).awaited).toBe('flag');
    expect(changed.foresee(unseen).decideEarly(facts)).toMatchObject({ action: 'require_approval', message: 'Ask.' });
    expect([changed.acts, changed.extraction]).toEqual([true, rules.extraction]);
  });

  it('only watch: they tell everything and do nothing', () => {
    const watched = watching(rules);
    expect(watched.decide(facts)).toMatchObject({ action: 'allow', message: '' });
    expect(watched.decide(facts).fired).toEqual(rules.decide(facts).fired);
    expect([watched.acts, watched.extraction?.onError, watched.foresee(unseen).awaited]).toEqual([
      false,
      'open',
      'allow',
    ]);
    expect(watched.foresee(() => undefined).awaited).toBeUndefined();
    expect(watched.foresee(unseen).decideEarly(facts)).toMatchObject({ action: 'allow', fired: [{ rule: 'early' }] });
  });
});

/** Rules that read given facts and what rules before them conclude. */
const drafts = fc.array(
  fc.record({
    reads: fc.array(fc.tuple(fc.nat(9), fc.constantFrom('eq', 'ne', 'gt', 'exists'), fc.nat(2)), { minLength: 1, maxLength: 3 }), // prettier-ignore
    join: fc.constantFrom('all', 'any'),
    not: fc.boolean(),
    action: fc.option(fc.constantFrom<Action>('flag', 'downgrade', 'require_approval', 'block'), { nil: undefined }),
    salience: fc.integer({ min: -2, max: 2 }),
    sets: fc.nat(3),
  }),
  { maxLength: 7 },
);
const GIVEN = ['stage', 'model', TIER, 'request.metadata.role', LENGTH, 'verdict.action', 'tool.name'];

function drafted(each: typeof drafts extends fc.Arbitrary<infer D> ? D : never): object[] {
  return each.map(({ reads, join, not, action, salience, sets }, index) => {
    const conditions = reads.map(([at, op, value]) => {
      // Only of rules that stand before it, so that there is no circle.
      const fact = GIVEN[at] ?? (index > 0 ? `x${at % index}` : LENGTH);
      return op === 'exists' ? { fact, op } : { fact, op, value };
    });
    const when = not ? { not: { [join]: conditions } } : { [join]: conditions };
    return rule(`r${index}`, when, { ...(action && { action }), set: { [`x${index}`]: sets } }, salience);
  });
}

describe('for any rules', () => {
  const value = fc.option(fc.nat(2), { nil: undefined });
  const values = fc.record({ model: fc.nat(2), tier: value, role: value, length: fc.nat(2), action: fc.nat(2) });

  it('what is foreseen is what happens', () => {
    fc.assert(
      fc.property(drafts, values, (each, { model, tier, role, length, action }) => {
        const rules = compileRules({ rules: drafted(each) });
        const request = Object.entries({ stage: 'output', model, [TIER]: tier, 'request.metadata.role': role });
        const open = new Map(request.flatMap(([name, own]) => (own === undefined ? [] : [[name, own] as const])));
        const opened: KnownFacts = (fact) => {
          const known = unseen(fact);
          return known === BY_REQUEST ? open.get(fact) : known;
        };
        const { awaited, decideEarly } = rules.foresee(opened);
        const early = decideEarly(open);
        const decided = rules.decide(new Map([...open, [LENGTH, length], ['verdict.action', action]]));
        const isEarly = new Set(early.fired.map((fired) => fired.rule));
        expect(decided.fired.filter((fired) => isEarly.has(fired.rule))).toEqual(early.fired);
        if (awaited === undefined) expect({ ...decided, facts: early.facts }).toEqual(early);
        expect(severity(decided.action)).toBeLessThanOrEqual(severity(strongest([early.action, awaited ?? 'allow'])));
        expect(severity(decided.action)).toBeGreaterThanOrEqual(severity(early.action));
        const unknown = rules.foresee(unseen).awaited;
        if (awaited !== undefined) expect(severity(unknown ?? 'allow')).toBeGreaterThanOrEqual(severity(awaited));
      }),
      { numRuns: 400 },
    );
  });
});
