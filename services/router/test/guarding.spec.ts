import { inferenceV1, type ProjectState } from '@weir/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { APPROVAL, DOWNGRADED_TOKENS } from './fakes/guard-words.js';
import { dataOf, RouterWorld, user, type Binding } from './router-world.js';

interface Body {
  choices: {
    message?: { content: string | null; tool_calls?: { function: { arguments: string } }[] };
    delta?: { content?: string; tool_calls?: { function: { arguments: string } }[] };
    finish_reason: string | null;
  }[];
}

const tools = [{ type: 'function', function: { name: 'pay', description: 'Pays.', parameters: { type: 'object' } } }];
const call = (text: string) => ({ toolCalls: [{ index: 0, id: 'c0', name: 'pay', arguments: text }] });

describe.each<Binding>(['local', 'wire'])('guarding with %s neighbours', (binding) => {
  let world: RouterWorld;
  beforeAll(async () => {
    world = await RouterWorld.start({ binding });
    await world.route({
      alias: 'staged',
      policy: 'strict',
      stage_policies: { tool_result: 'untrusted', output: 'gentle', reasoning: 'thoughts' },
    });
    await world.route({ alias: 'open', on_guardrails_error: 'open' });
    await world.route({ alias: 'missing', policy: 'missing', on_guardrails_error: 'open' });
    await world.route({ alias: 'hasty', max_holdback_chars: 8, on_guardrails_error: 'open' });
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    world.engine.scripts.clear();
    world.engine.requests.length = 0;
    world.guardrails.checks.length = 0;
    world.guardrails.opens.length = 0;
  });

  const textOf = (body: string) =>
    dataOf(body)
      .filter((data) => data !== '[DONE]')
      .map((chunk) => (chunk as Body).choices[0]?.delta?.content ?? '')
      .join('');
  /** What the client read, whichever way it asked. */
  const answerTo = async (response: Response, stream: boolean) =>
    stream ? textOf(await response.text()) : ((await response.json()) as Body).choices[0]?.message?.content;

  it('sends every text once, with its role, its stage and the facts of the request', async () => {
    const messages = [
      { role: 'system', content: 'be kind' },
      {
        role: 'user',
        content: [
          { type: 'document', title: 'FAQ', text: 'one' },
          { type: 'text', text: 'why?' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'pay', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'paid' },
    ];
    expect((await world.chat({ messages, tools, metadata: { tier: 'gold' } })).status).toBe(200);
    const [input, output, ...others] = world.guardrails.checks;
    expect(others).toEqual([]);
    expect(input).toMatchObject({ stage: 'STAGE_INPUT', facts: { tier: 'gold' }, approval: '', context: [] });
    expect(input?.parts.map(({ text, role, stage, tool, json }) => [text, role, stage, tool, json])).toEqual([
      ['pay', 'system', 'STAGE_DOCUMENT', 'pay', false],
      ['be kind', 'system', 'STAGE_INPUT', '', false],
      ['FAQ', 'user', 'STAGE_DOCUMENT', '', false],
      ['one', 'user', 'STAGE_DOCUMENT', '', false],
      ['why?', 'user', 'STAGE_INPUT', '', false],
      ['', 'assistant', 'STAGE_INPUT', '', false],
      ['{}', 'assistant', 'STAGE_TOOL_CALL', 'pay', true],
      ['paid', 'tool', 'STAGE_TOOL_RESULT', 'pay', false],
      ['Pays.', 'system', 'STAGE_DOCUMENT', 'pay', false],
      ['{"type":"object"}', 'system', 'STAGE_DOCUMENT', 'pay', true],
    ]);
    expect(output).toMatchObject({ stage: 'STAGE_OUTPUT', parts: [{ role: 'assistant', stage: 'STAGE_OUTPUT' }] });
    const asked = JSON.stringify(world.engine.requests[0]);
    expect(asked).toContain('[document 1: FAQ]');
    expect(asked).not.toContain('gold');
  });

  it("asks each stage's own policy once, and the project's beside it", async () => {
    const { tenant } = world;
    const project: ProjectState = {
      kind: 'project',
      id: tenant.projectId,
      organization_id: tenant.organizationId,
      name: 'test',
      policy: 'house',
      keep_content: false,
      created_at: 0,
    };
    await world.running.publishState(project);
    const messages = [
      user('secret'),
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'pay', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: 'a secret result' },
    ];
    await world.chat({ model: 'staged', messages });
    expect(
      world.guardrails.checks.map(({ policy, morePolicies, parts }) => [policy, morePolicies, parts.length]),
    ).toEqual([
      ['strict', ['house'], 4],
      ['untrusted', ['house'], 1],
      ['gentle', ['house'], 1],
    ]);
    expect(world.engine.requests[0]?.prompt).toMatchObject({
      value: { turns: [{ content: '******' }, {}, { content: 'a ****** result' }] },
    });
    await (await world.chat({ model: 'staged', stream: true })).text();
    expect(world.guardrails.opens).toMatchObject([
      { policy: 'gentle', morePolicies: ['house'], stage: 'STAGE_OUTPUT' },
    ]);
    await world.running.publishState({ ...project, policy: '' });
  });

  it('does not believe that a later policy has forgotten what an earlier one decided', async () => {
    const messages = [
      user('Alice is risky and topical'),
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'pay', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: 'plain' },
    ];
    const response = await world.chat({ model: 'staged', messages });
    expect(response.headers.get('x-weir-downgraded')).toBe('true');
    expect(world.guardrails.checks.at(-1)).toMatchObject({
      policy: 'gentle',
      state: { pseudonyms: [{ original: 'Alice' }], canaries: ['canary-1'], downgraded: true, needsContext: true },
    });
  });

  it.each([false, true])('turns pseudonyms back in text and in calls (stream: %s)', async (stream) => {
    world.engine.scripts.set('d1', { parts: [{ text: 'Ask Zel' }, { text: 'da now' }, call('{"to":"Zelda"}')] });
    const response = await world.chat({ messages: [user('Who is Alice?')], tools, stream });
    expect(JSON.stringify(world.engine.requests[0])).not.toContain('Alice');
    const body = await response.text();
    const choices = stream
      ? dataOf(body).flatMap((data) => (data === '[DONE]' ? [] : (data as Body).choices))
      : (JSON.parse(body) as Body).choices;
    const calls = choices.flatMap(({ delta, message }) => delta?.tool_calls ?? message?.tool_calls ?? []);
    expect(calls.map((one) => one.function.arguments)).toEqual(['{"to":"Alice"}']);
    expect(choices.map(({ delta, message }) => delta?.content ?? message?.content ?? '').join('')).toBe(
      'Ask Alice now',
    );
    expect(body).not.toContain('Zelda');
    const event = await world.eventOf(response.headers.get('x-weir-request-id'));
    for (const secret of ['Alice', 'Zelda', 'canary-1']) expect(JSON.stringify(event)).not.toContain(secret);
  });

  it.each([false, true])(
    'sends the guarded conversation where a policy wants to read it (stream: %s)',
    async (stream) => {
      await (await world.chat({ messages: [user('a topical secret')], stream })).text();
      const about = stream ? world.guardrails.opens[0] : world.guardrails.checks[1];
      expect(about?.context.map(({ path, text }) => [path, text])).toEqual([
        ['messages.0.content', 'a topical ******'],
      ]);
      await (await world.chat({ stream })).text();
      expect((stream ? world.guardrails.opens[1] : world.guardrails.checks.at(-1))?.context).toEqual([]);
    },
  );

  it.each([false, true])('decides also on the name of a tool that nobody offered (stream: %s)', async (stream) => {
    const made = (name: string) => ({ toolCalls: [{ index: 0, id: 'c0', name, arguments: '{}' }] });
    world.engine.scripts.set('d1', { parts: [made('my_secret')], finishReason: 'tool_calls' });
    expect(await (await world.chat({ tools, stream })).text()).toContain('"my_******"');
    world.engine.scripts.set('d1', { parts: [made('forbidden')], finishReason: 'tool_calls' });
    const blocked = await (await world.chat({ tools, stream })).text();
    expect(blocked).toContain('content_filter');
    expect(blocked).not.toContain('forbidden');
  });

  describe('a downgraded request', () => {
    const asked = { messages: [user('risky')], tools, tool_choice: 'required', max_tokens: 50 };

    it.each([false, true])('goes on without tools and long answers, marked (stream: %s)', async (stream) => {
      const response = await world.chat({ ...asked, stream });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-weir-downgraded')).toBe('true');
      expect(await answerTo(response, stream)).toBe('one two three');
      expect(world.engine.requests[0]?.options).toMatchObject({
        tools: [],
        toolChoice: undefined,
        maxTokens: DOWNGRADED_TOKENS,
      });
    });

    it.each([false, true])('gets no call, also from a model that makes one unasked (stream: %s)', async (stream) => {
      world.engine.scripts.set('d1', { parts: [call('{}')], finishReason: 'tool_calls' });
      const body = await (await world.chat({ ...asked, stream })).text();
      expect(body).not.toContain('"pay"');
      expect(body).toContain('content_filter');
    });
  });

  it('lets no name and no stop pass unread, and puts the changed ones in their place', async () => {
    const messages = [
      { ...user('hi'), name: 'the secret Alice' },
      { ...user('hi'), name: 'bob' },
    ];
    expect((await world.chat({ messages, stop: ['END', 'secret', 'Alice'] })).status).toBe(200);
    expect(world.guardrails.checks[0]?.parts.map(({ path, text }) => [path, text])).toEqual([
      ['stop.0', 'END'],
      ['stop.1', 'secret'],
      ['stop.2', 'Alice'],
      ['messages.0.name', 'the secret Alice'],
      ['messages.1.name', 'bob'],
      ['messages.0.content', 'hi'],
      ['messages.1.content', 'hi'],
    ]);
    expect(world.engine.requests[0]).toMatchObject({
      prompt: { value: { turns: [{ name: 'the________Zelda' }, { name: 'bob' }] } },
      // Where a person's other name would stop it, the model has to stop as well.
      options: { stop: ['END', '******', 'Zelda'] },
    });
    const blocked = await world.chat({ messages: [{ ...user('hi'), name: 'forbidden' }] });
    expect([blocked.status, await blocked.json()]).toMatchObject([400, { error: { code: 'content_filter' } }]);
    expect((await world.post('/v1/completions', { model: 'tiny', prompt: 'a', stop: 'forbidden' })).status).toBe(400);
    expect(world.engine.requests).toHaveLength(1);
  });

  it.each([
    ['an offered tool', { tools: [{ type: 'function', function: { name: 'my_secret' } }] }],
    [
      'an earlier call',
      {
        messages: [
          user('hi'),
          {
            role: 'assistant',
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'secret', arguments: '' } }],
          },
          { role: 'tool', tool_call_id: 'c', content: 'x' },
        ],
      },
    ],
  ])('holds a request whose policy would change the name of %s', async (_, asked) => {
    const response = await world.chat(asked);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'content_filter' } }]);
    expect(world.engine.requests).toEqual([]);
    const event = await world.eventOf(response.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ outcome: 'blocked', output_tokens: 0 });
  });

  it('waits for a person: refused with what to approve, and passed with what that gives out', async () => {
    const messages = [user('payout of 100')];
    const refused = await world.chat({ messages });
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      {
        error: {
          code: 'approval_required',
          verdict_id: expect.any(String),
          approval_request: expect.stringMatching(/^ask-/),
        },
      },
    ]);
    const event = await world.eventOf(refused.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ outcome: 'blocked', error_code: 'approval_required', output_tokens: 0 });
    const passed = await world.chat({ messages }, { headers: { 'x-weir-approval': APPROVAL } });
    expect(passed.status).toBe(200);
    expect(world.guardrails.checks[1]?.approval).toBe(APPROVAL);
  });

  describe('what could not be checked', () => {
    it.each([false, true])('passes marked where the policy lets it pass (stream: %s)', async (stream) => {
      const input = await world.chat({ messages: [user('shaky')], stream });
      expect([input.status, input.headers.get('x-weir-degraded')]).toEqual([200, 'guardrails']);
      await input.text();
      world.engine.scripts.set('d1', { texts: ['shaky ', 'answer'] });
      const output = await world.chat({ stream }, { headers: { 'x-weir-details': '1' } });
      expect(await output.text()).toContain('"degraded":["guardrails"]');
    });

    it.each([false, true])(
      'stays where guardrails decided so, whatever the route says (stream: %s)',
      async (stream) => {
        const input = await world.chat({ model: 'open', messages: [user('brittle')] });
        expect([input.status, await input.json()]).toMatchObject([503, { error: { code: 'guardrails_unavailable' } }]);
        expect(world.engine.requests).toEqual([]);
        world.engine.scripts.set('d1', { texts: ['brittle ', 'answer'] });
        const output = await (await world.chat({ model: 'open', stream })).text();
        expect(output).toContain('guardrails_unavailable');
        expect(output).not.toContain('brittle');
      },
    );

    it.each([
      ['a policy that does not exist', 'missing', false],
      ['a policy that holds back more than the route allows', 'hasty', true],
    ])('is refused under %s: an open route is no way around it', async (_, model, stream) => {
      const response = await world.chat({ model, stream });
      expect([response.status, await response.json()]).toMatchObject([412, { error: { code: 'failed_precondition' } }]);
    });
  });

  it("lets guardrails' own questions pass, and bills them to their principal", async () => {
    const { apiKeyId, projectId, organizationId } = world.tenant;
    const principal = {
      apiKeyId,
      projectId,
      organizationId,
      scopes: ['inference'],
      role: 'member',
      onBillingError: 'closed',
    } as const;
    const input = { model: 'tiny', messages: [user('Is "forbidden" unsafe?')] };
    const judge = world.neighbour('guardrails').client('router', inferenceV1.InferenceServiceDefinition);
    const answer = await judge.chat({ input }, { principal });
    expect(answer.message?.content).toBe('one two three');
    expect(world.guardrails.checks).toEqual([]);
    const event = await world.eventOf(answer.id.replace('chatcmpl-', ''));
    expect(event).toMatchObject({ project_id: projectId, output_tokens: 3, cost_usd: '0.000012' });
    const evaluator = world.neighbour('evaluator').client('router', inferenceV1.InferenceServiceDefinition);
    await expect(evaluator.chat({ input }, { principal })).rejects.toMatchObject({ code: 'content_filter' });
    const stream = judge.chatStream({ input }, { principal })[Symbol.asyncIterator]();
    await expect(stream.next()).rejects.toMatchObject({ code: 'permission_denied' });
  });
});
