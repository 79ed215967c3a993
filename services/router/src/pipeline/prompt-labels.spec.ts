import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRequest, sampleTurn } from '../../test/sample-run.js';
import { DEFAULT_FORM, DEFAULT_SAMPLING, type InferenceRequest, type Turn } from './inference-request.js';
import { labelsOf, withLabels } from './prompt-labels.js';

const asking = (turns: readonly Turn[], extra: Partial<InferenceRequest> = {}): InferenceRequest => ({
  ...sampleRequest,
  prompts: [{ kind: 'chat', turns }],
  ...extra,
});
const calls = (...names: string[]) =>
  sampleTurn('', { role: 'assistant', toolCalls: names.map((name) => ({ id: 'c', name, arguments: '{}' })) });
const offering = (...names: string[]) => ({
  form: { ...DEFAULT_FORM, tools: names.map((name) => ({ name, description: '', parameters: '' })) },
});
const stopping = (...stop: string[]) => ({ sampling: { ...DEFAULT_SAMPLING, stop } });

describe('labelsOf', () => {
  it('are none where a request has none', () => {
    expect(labelsOf(sampleRequest)).toEqual([]);
    expect(labelsOf({ ...sampleRequest, prompts: [{ kind: 'tokens', ids: [1], text: 'a' }] })).toEqual([]);
  });

  it('names stops, speakers and functions, with their place, their stage and whose they are', () => {
    const turns = [
      sampleTurn('be kind', { role: 'system', name: 'boss' }),
      sampleTurn('hi', { name: 'ann' }),
      { ...calls('old'), name: 'bot' },
      sampleTurn('1', { role: 'tool', toolCallId: 'c', name: 'reader' }),
    ];
    const labels = labelsOf(asking(turns, { ...offering('add'), ...stopping('END') }));
    const told = labels.map(({ path, text, stage, role, tool = '', fixed = false }) => [
      ...[path, text],
      ...[stage, role, tool, fixed],
    ]);
    expect(told).toEqual([
      ['stop.0', 'END', 'input', 'user', '', false],
      // No instruction: nothing may be added to it as to a system prompt.
      ['messages.0.name', 'boss', 'input', 'user', '', false],
      ['messages.1.name', 'ann', 'input', 'user', '', false],
      ['messages.2.name', 'bot', 'input', 'assistant', '', false],
      ['messages.3.name', 'reader', 'tool_result', 'tool', '', false],
      ['tools.0.function.name', 'add', 'document', 'system', 'add', true],
      ['messages.2.tool_calls.0.function.name', 'old', 'document', 'system', 'old', true],
    ]);
  });

  it('tells each once, however often it stands there', () => {
    const result = sampleTurn('1', { role: 'tool', toolCallId: 'c', name: 'add' });
    const turns = [sampleTurn('a', { name: 'ann' }), calls('add', 'add'), result, sampleTurn('b', { name: 'ann' })];
    const labels = labelsOf(asking(turns, { ...offering('add'), ...stopping('ann', 'ann') }));
    expect(labels.map(({ path }) => path)).toEqual(['stop.0', 'tools.0.function.name']);
  });
});

describe('withLabels', () => {
  const putting = (request: InferenceRequest, texts: readonly string[]) => {
    const rest = texts[Symbol.iterator]();
    return withLabels(request, () => rest.next().value ?? '');
  };
  const label = fc.constantFrom('', 'a', 'b', 'a b', 'ö');
  const turn = fc.record({ name: label, role: fc.constantFrom('system', 'user', 'assistant', 'tool') });
  const requests = fc.record({ turns: fc.array(turn), stop: fc.array(fc.constantFrom('a', 'b', '\n')) });

  it('changes nothing where no label changed, and puts one value wherever a label stands', () => {
    fc.assert(
      fc.property(requests, ({ turns, stop }) => {
        const request = asking(
          turns.map((extra) => sampleTurn('x', extra)),
          stopping(...stop),
        );
        const labels = labelsOf(request);
        expect(
          putting(
            request,
            labels.map(({ text }) => text),
          ),
        ).toEqual(request);
        const changed = putting(
          request,
          labels.map(() => 'Z'),
        );
        expect(changed.sampling.stop).toEqual(stop.map(() => 'Z'));
        const [prompt] = changed.prompts;
        const names = prompt?.kind === 'chat' ? prompt.turns.map(({ name }) => name) : [];
        expect(names).toEqual(turns.map(({ name }) => name && 'Z'));
      }),
    );
  });

  it('makes a name of what a policy put there, and takes a stop away that nothing is left of', () => {
    const request = asking([sampleTurn('hi', { name: 'jane.roe@corp.com' })], stopping('gone', 'END'));
    const changed = putting(request, ['', 'END', '[E-MAIL: 1]']);
    expect(changed.sampling.stop).toEqual(['END']);
    expect(changed.prompts).toMatchObject([{ turns: [{ name: '_E-MAIL__1_' }] }]);
    const long = putting(request, ['', '', 'x'.repeat(100)]);
    expect(long.prompts).toMatchObject([{ turns: [{ name: 'x'.repeat(64) }] }]);
  });

  it('leaves names of functions as they are', () => {
    const request = asking([calls('old')], offering('add'));
    expect(putting(request, ['***', '***'])).toEqual(request);
  });
});
