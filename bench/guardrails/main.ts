// What the guardrails catch, refuse wrongly and cost, on rows that their weights have not seen, next to two npm packages.
// npm run bench -- guardrails [--data FOLDER] [--seconds 20] [--keep]
import { guardrailsV1 } from '@weir/contracts';
import {
  builtInCatalogue,
  compilePolicy,
  packageFolder,
  readWeights,
  type CompiledPolicy,
} from '@weir/guardrails/detection';
import { toxicityReport } from '@weir/guardrails/training';
import { startConstellation } from '@weir/tools';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { openInfrastructure } from '../load/infrastructure.ts';
import { machine } from '../load/machine.ts';
import { report } from '../load/report.ts';
import { table } from '../load/statistics.ts';
import { cutOffTable } from './cut-off.ts';
import { detectionTable, obfuscationTable, unseenRows } from './detection.ts';
import { encodedTexts } from './encoded-texts.ts';
import { besideABrokenDetector, brokenDetector, type FailureRow } from './failure.ts';
import { holdbackOf } from './holdback.ts';
import { leakTable } from './leak.ts';
import { ask, ofLength, readAll, speedOf } from './speed.ts';
import { streamDelay } from './streams.ts';
import { peerSubjects, weirSubject } from './subjects.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('../../../shared/data/guardrails', import.meta.url)) },
    seconds: { type: 'string', default: '20' },
    keep: { type: 'boolean' },
  },
});

const catalogue = builtInCatalogue(readWeights(packageFolder('models')), []);
const policies = packageFolder('policies');
const ms = (value: number) => value.toFixed(2);
const us = (value: number) => value.toFixed(0);

function builtIn(name: string): CompiledPolicy {
  const { version, ...document } = JSON.parse(readFileSync(`${policies}/${name}.json`, 'utf8')) as { version: number };
  return compilePolicy(document, version, catalogue);
}

function check(id: string) {
  const found = catalogue.checks.find((one) => one.id === id);
  if (!found) throw new TypeError(`There is no check ${id}.`);
  return found;
}

async function detections(prose: readonly string[]): Promise<string[]> {
  const injection = check('prompt-injection');
  const subjects = [weirSubject(injection), ...(await peerSubjects())];
  const rows = unseenRows(values.data);
  process.stderr.write(`${rows.length} rows that no weights have seen\n`);
  const caught = await detectionTable(rows, subjects);
  const hidden = await obfuscationTable(rows, subjects.slice(0, 2));
  const speeds = await Promise.all(
    subjects.map(async (subject) => {
      const texts = ofLength(prose, 2_000, 100);
      for (const text of texts) await subject.flags(text, false);
      const started = performance.now();
      for (const text of texts) await subject.flags(text, false);
      return [subject.name, us(((performance.now() - started) * 1000) / texts.length)];
    }),
  );
  return [
    '### Attacks caught and harmless texts flagged, at the default operating point',
    '',
    'Rows held out of the training by a stable hash of their near-duplicate group, and rows that are never trained on;',
    'shares with 95 % intervals (Wilson).',
    '',
    caught,
    '',
    '### The same attacks, hidden',
    '',
    hidden,
    '',
    table(['on 2,000 characters', 'µs per text'], speeds),
  ];
}

function costs(prose: readonly string[], code: readonly string[]): string[] {
  const speeds = [
    speedOf('all views of a text', ofLength(prose, 4_096, 100), readAll),
    speedOf('all views of code', ofLength(code, 4_096, 100), readAll),
    ...encodedTexts(prose, 4_096, 100).map(([form, texts]) =>
      speedOf(`all views of nothing but ${form}`, texts, readAll),
    ),
    ...['prompt-injection', 'toxicity', 'leak', 'invisible-text'].map((id) =>
      speedOf(id, ofLength(prose, 2_048, 100), (text) => void ask(check(id), text)),
    ),
  ];
  const held = ['default', 'strict'].flatMap((name) => {
    const policy = builtIn(name);
    return [holdbackOf('prose', prose, policy), holdbackOf('code', code, policy)];
  });
  return [
    '### Cost of each check, one text after another on one core',
    '',
    table(
      ['check', 'characters', 'p50, µs', 'p99, µs'],
      speeds.map(({ what, characters, p50Us, p99Us }) => [what, String(characters), us(p50Us), us(p99Us)]),
    ),
    '',
    '### What the stream filter holds back, token by token (1 to 6 characters)',
    '',
    table(
      ['text', 'policy', 'held p50', 'p99', 'most', 'CPU ns per character', 'CPU for ten times the text'],
      held.map((one) => [
        one.text,
        one.policy,
        String(one.p50),
        String(one.p99),
        String(one.most),
        one.nsPerCharacter.toFixed(0),
        `${one.tenfold.toFixed(1)} x`,
      ]),
    ),
  ];
}

async function services(): Promise<string[]> {
  await using opened = new AsyncDisposableStack();
  opened.use(await openInfrastructure());
  const weir = opened.use(await startConstellation({ form: 'apart', served: [] }));
  const delays = [
    await streamDelay(weir, 'none', 50),
    await streamDelay(weir, 'default', 50),
    await streamDelay(weir, 'none', 50),
    await streamDelay(weir, 'default', 50),
  ];
  const publisher = weir.operator.client('guardrails', guardrailsV1.PolicyServiceDefinition);
  const rows: FailureRow[] = [];
  const seconds = Number(values.seconds);
  rows.push(await besideABrokenDetector(weir, { detector: 'none', onError: 'closed', policy: '', seconds }));
  for (const detector of ['well', 'hangs', 'garbage'] as const) {
    await using server = await brokenDetector(detector);
    for (const onError of ['closed', 'open'] as const) {
      const policy = `bench-${detector}-${onError}`;
      const outside = { kind: 'fms', url: server.url, detector_id: 'bench', allow_private_address: true };
      const rule = { check: 'outside', action: 'block', deadline_ms: 200, on_error: onError };
      const document = JSON.stringify({ name: policy, checks: { outside }, rules: [rule] });
      await publisher.publishPolicy({ document, note: 'benchmark' });
      rows.push(await besideABrokenDetector(weir, { detector, onError, policy, seconds }));
    }
  }
  return [
    '### Streams through the service in a process of its own, 50 at 40 tokens a second each',
    '',
    table(
      ['policy', 'tokens', 'in to out p50, ms', 'p99, ms'],
      delays.map(({ policy, tokens, p50Ms, p99Ms }) => [policy, String(tokens), ms(p50Ms), ms(p99Ms)]),
    ),
    '',
    '### 100 checks a second beside 100 whose detector is broken',
    '',
    table(
      ['detector', 'on_error', 'asked', 'refused', 'passed unchecked', 'healthy p50, ms', 'healthy p99, ms'],
      rows.map((row) => [
        row.detector,
        row.detector === 'none' ? '-' : row.onError,
        String(row.asked),
        String(row.refused),
        String(row.unchecked),
        ms(row.healthyP50Ms),
        ms(row.healthyP99Ms),
      ]),
    ),
  ];
}

interface DataRow {
  readonly text: string;
  readonly kind: string;
  readonly label: string;
  /** The system prompt that an attack was written against. */
  readonly context?: string;
}

const parsed = (lines: string): DataRow[] =>
  lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as DataRow);
const rowsOf = (file: string): DataRow[] => parsed(readFileSync(`${values.data}/${file}.jsonl`, 'utf8'));
const textsOf = (file: string, has: (row: DataRow) => boolean): string[] =>
  rowsOf(file)
    .filter(has)
    .map(({ text }) => text);

function harmlessTexts(): string[] {
  const harmless = ({ label }: DataRow) => label === 'benign' || label === 'ok';
  const files = ['benign_prompts', 'indirect_documents', 'overdefense_mitre_frr', 'overdefense_notinject'];
  return [...files, 'toxicity_comments', 'toxicity_moderation'].flatMap((file) => textsOf(file, harmless));
}

/** Echoes of the system prompts that the attacks were written against, and harmless texts beside them. */
function leaks(): string[] {
  const prompts = rowsOf('injection_attacks').flatMap(({ context }) => context ?? []);
  return ['### System prompts in answers', '', leakTable(check('leak'), prompts, harmlessTexts())];
}

function cutOffs(): string[] {
  const rules = ['pii.*', 'secret.*'].map((id) => ({ check: id, action: 'mask' }));
  const all = compilePolicy({ name: 'all-values', rules }, 1, catalogue);
  const rows = parsed(gunzipSync(readFileSync(`${values.data}/pii.jsonl.gz`)).toString('utf8'));
  const texts = rows.map(({ text }) => text);
  return ['### Answers that are cut off', '', cutOffTable([builtIn('default'), all], harmlessTexts(), texts)];
}

const prose = textsOf('toxicity_moderation', () => true);
const code = textsOf('benign_prompts', ({ kind }) => kind.startsWith('code'));
const sections = [
  ...(await detections(prose)),
  '',
  '### Toxicity',
  '',
  toxicityReport(values.data, readWeights(packageFolder('models')).toxicity),
  '',
  ...leaks(),
  '',
  ...cutOffs(),
  '',
  ...costs(prose, code),
  '',
  ...(await services()),
];
const command = `npm run bench -- guardrails --seconds ${values.seconds} --keep`;
const when = new Date().toISOString().slice(0, 10);
report('guardrails', ['## Guardrails', '', `\`${command}\` on ${when}; ${machine()}.`, '', ...sections].join('\n'));
