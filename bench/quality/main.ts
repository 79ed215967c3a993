// What each quantized type of a model costs and gives: size, tokens per second, perplexity and divergence from its parent,
// measured by Weir itself and served through the quality gate.
// npm run bench -- quality [--types Q8_0,Q6_K,Q5_0,Q4_K_M,Q4_0] [--positions 2048] [--keep]
import { engineV1 } from '@weir/contracts';
import { quantizeFile, type QuantizationName } from '@weir/gguf';
import { ensurePrice, localModel, startConstellation } from '@weir/tools';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rateOf } from '../engine/generate.ts';
import { openInfrastructure } from '../load/infrastructure.ts';
import { machine } from '../load/machine.ts';
import { report } from '../load/report.ts';
import { table } from '../load/statistics.ts';

const { values } = parseArgs({
  options: {
    types: { type: 'string', default: 'Q8_0,Q6_K,Q5_0,Q4_K_M,Q4_0' },
    positions: { type: 'string', default: '2048' },
    keep: { type: 'boolean' },
  },
});

const MODEL = 'smollm2-f16';
const TOKENS = 100;
const PROMPT = 'Write a long story about a river and the people who live beside it.';
const REPORTED_MS = 5_000;

type Weir = Awaited<ReturnType<typeof startConstellation>>;
type Quality = engineV1.QualityReport;

async function main(): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const infrastructure = opened.use(await openInfrastructure());
  const folder = await mkdtemp(join(tmpdir(), 'weir-bench-quality-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const parent = join(folder, 'f16.gguf');
  const { sha256 } = await quantizeFile({ input: infrastructure.modelFile, output: parent, type: 'F16', workers: 2 });
  const weir = opened.use(await startConstellation({ form: 'together', served: [] }));
  await weir.control.registry.createModel({ name: MODEL, license: 'Apache-2.0' });
  await ensurePrice(weir.control, {
    model: MODEL,
    inputUsdPerMillion: '0.10',
    cachedInputUsdPerMillion: '0.05',
    outputUsdPerMillion: '0.40',
    validFromMs: Date.UTC(2025, 0, 1),
    source: 'benchmark',
  });
  const rows = [await parentRow(weir, parent, sha256)];
  for (const type of values.types.split(',')) {
    rows.push(await typeRow(weir, { folder, parent, type: type as QuantizationName }));
    process.stderr.write(`${rows.at(-1)?.join('  ')}\n`);
  }
  const head = ['type', 'MB', 'tokens/s', 'perplexity', 'ratio', 'mean KL, nats', '99.9 % KL', 'same top', 'gate'];
  report(
    'quality',
    [
      '## Quantized models',
      '',
      `\`${['npm run bench -- quality', ...process.argv.slice(2)].join(' ')}\` on ${new Date().toISOString().slice(0, 10)}; ${machine()};`,
      `SmolLM2-135M-Instruct, dequantized from Q4_1 to F16 as the parent; ${values.positions} positions of weir-corpus-v1, 95 % intervals;`,
      `tokens per second of one stream of ${TOKENS} tokens through the front door.`,
      '',
      table(head, rows),
    ].join('\n'),
  );
}

async function parentRow(weir: Weir, path: string, sha256: string): Promise<string[]> {
  const version = await register(weir, path, sha256, 'F16', undefined);
  const { size } = await stat(path);
  return [
    'F16',
    megabytes(size),
    (await served(weir, await deployed(weir, version, 'F16'), 'F16', '')).rate,
    '',
    '',
    '',
    '',
    '',
    'not quantized',
  ];
}

async function typeRow(weir: Weir, o: { folder: string; parent: string; type: QuantizationName }): Promise<string[]> {
  const output = join(o.folder, `${o.type}.gguf`);
  const made = await quantizeFile({ input: o.parent, output, type: o.type, workers: 2 });
  const { parentSha256, parentType, sha256, bytesOut } = made;
  const lineage = { parentSha256, parentType, operation: 'quantize', type: o.type, tool: 'weir' };
  const version = await register(weir, output, sha256, o.type, lineage);
  const id = await deployed(weir, version, o.type);
  // The gate has seen the version by now, and so has who measures it.
  await passes(weir, id);
  const quality = await measured(weir, version);
  const { rate, gate } = await served(weir, id, o.type, 'measured for the benchmark');
  await rm(output);
  return [
    o.type,
    megabytes(bytesOut),
    rate,
    quality.candidatePerplexity.toFixed(3),
    interval(quality.perplexityRatio, 4),
    interval(quality.meanKl, 5),
    quality.klP999.toFixed(4),
    interval(quality.sameTop, 4),
    gate,
  ];
}

async function register(
  weir: Weir,
  path: string,
  sha256: string,
  type: string,
  lineage: { parentSha256: string; parentType: string; operation: string; type: string; tool: string } | undefined,
): Promise<number> {
  const { size } = await stat(path);
  const artifacts = [{ path: 'model.gguf', uri: pathToFileURL(path).href, sha256, sizeBytes: size }];
  const request = { modelName: MODEL, artifacts, format: 'gguf', quantization: type, contextTokens: 8_192, lineage };
  const { version } = await weir.control.registry.createModelVersion(request);
  return version?.version ?? 0;
}

async function measured(weir: Weir, version: number): Promise<Quality> {
  const quality = weir.operator.client('inference', engineV1.QualityServiceDefinition);
  const request = {
    modelName: MODEL,
    version,
    parentModelName: MODEL,
    parentVersion: 1,
    maxTokens: Number(values.positions),
  };
  for await (const { report: found } of quality.measureQuality(request, { timeoutMs: 1_800_000 })) {
    if (found) return found;
  }
  throw new TypeError('the measurement ended without a report');
}

async function deployed(weir: Weir, version: number, type: string): Promise<string> {
  const { deployment } = await weir.control.registry.createDeployment({
    name: type.toLowerCase(),
    modelName: MODEL,
    version,
    engine: localModel('').engine,
    desiredState: 'running',
  });
  return deployment?.id ?? '';
}

/** Serves a deployment under a route of its own, with an override where the gate refuses it, and measures its speed. */
async function served(weir: Weir, id: string, type: string, reason: string) {
  const { registry } = weir.control;
  const alias = type.toLowerCase();
  // A report that passes starts it within seconds; one that does not leaves it failed.
  await new Promise((resolve) => setTimeout(resolve, REPORTED_MS));
  const gate = await passes(weir, id);
  if (!gate) {
    const { deployment } = await registry.getDeployment({ id });
    await registry.setQualityOverride({ deploymentId: id, reason, revision: deployment?.revision ?? 1 });
    await within('the override did not start the deployment', async () => {
      const reported = await registry.getDeployment({ id });
      return reported.deployment?.reportedState === 'ready' || undefined;
    });
  }
  await registry.putRoute({
    route: { alias, targets: [{ deploymentId: id, weight: 1 }], onGuardrailsError: 'closed' },
  });
  await routed(weir, alias);
  const server = { name: 'Weir', url: weir.httpUrl, key: weir.seeded.admin.secret, model: alias };
  const rates: number[] = [];
  for (let round = 0; round < 3; round++) rates.push(await rateOf(server, 1, TOKENS, PROMPT));
  await weir.control.engine.unloadDeployment({ deploymentId: id });
  return { rate: Math.max(...rates).toFixed(1), gate: gate ? 'passes' : 'refused; served with an override' };
}

/** A route reaches the router within two seconds. */
async function routed(weir: Weir, alias: string): Promise<void> {
  const headers = { authorization: `Bearer ${weir.seeded.admin.secret}` };
  await within(`the route ${alias} did not appear`, async () => {
    const answer = await fetch(`${weir.httpUrl}/v1/models/${alias}`, { headers });
    return answer.ok || undefined;
  });
}

async function passes(weir: Weir, id: string): Promise<boolean> {
  return within('the deployment has not said whether it serves', async () => {
    const { deployment } = await weir.control.registry.getDeployment({ id });
    const state = deployment?.reportedState;
    return state === 'ready' || state === 'failed' ? { is: state === 'ready' } : undefined;
  }).then(({ is }) => is);
}

async function within<T>(problem: string, probe: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new TypeError(problem);
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

function interval(estimate: { value: number; low: number; high: number } | undefined, digits: number): string {
  if (!estimate) return '';
  return `${estimate.value.toFixed(digits)} (${estimate.low.toFixed(digits)} to ${estimate.high.toFixed(digits)})`;
}

await main();
