// What quantizing costs and whether it gives the same weights as llama.cpp's own tool.
// npm run bench -- quantize [--types Q8_0,Q6_K,Q5_0,Q4_K_M,Q4_0] [--llama-quantize PATH] [--keep]
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { QuantizeResult } from '@weir/gguf';
import { testInfrastructure } from '@weir/tools';
import { machine } from '../load/machine.ts';
import { report } from '../load/report.ts';
import { compare, roundTripError, runLlamaQuantize } from './judge.ts';

const { values } = parseArgs({
  options: {
    types: { type: 'string', default: 'Q8_0,Q6_K,Q5_0,Q4_K_M,Q4_0' },
    'llama-quantize': { type: 'string' },
    keep: { type: 'boolean' },
  },
});

type Measured = QuantizeResult & { readonly seconds: number; readonly peakBytes: number };

const MEGABYTE = 1_000_000;
const HEAD = ['type', 'MB', 'of parent', 's', 'peak MB', 'RMSE', 'sha256'];
const JUDGE_HEAD = ['llama-quantize: s', 'RMSE', 'identical tensors'];

async function main(): Promise<void> {
  await using infrastructure = await testInfrastructure(process.env.WEIR_HOME ?? '.weir', process.env);
  const folder = await mkdtemp(join(tmpdir(), 'weir-bench-quantize-'));
  try {
    const parent = join(folder, 'parent-f16.gguf');
    const made = await quantized(infrastructure.modelFile, parent, 'F16');
    const judge = values['llama-quantize'];
    const rows = [judge ? [...HEAD, ...JUDGE_HEAD] : HEAD];
    for (const type of values.types.split(',')) rows.push(await row(type, { parent, folder, judge }));
    report('quantize', section(made, rows));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function row(
  type: string,
  { parent, folder, judge }: { parent: string; folder: string; judge: string | undefined },
): Promise<string[]> {
  const output = join(folder, `${type}.gguf`);
  const { bytesIn, bytesOut, seconds, peakBytes, sha256 } = await quantized(parent, output, type);
  const cells = [
    type,
    (bytesOut / MEGABYTE).toFixed(1),
    `${((100 * bytesOut) / bytesIn).toFixed(0)} %`,
    seconds.toFixed(1),
    (peakBytes / MEGABYTE).toFixed(0),
    (await roundTripError(output, parent)).toExponential(4),
    `\`${sha256.slice(0, 16)}\``,
  ];
  if (!judge) return cells;
  const theirs = join(folder, `${type}-llama.gguf`);
  const judgeSeconds = await runLlamaQuantize(judge, parent, theirs, type);
  const { identical, tensors } = await compare(output, theirs);
  const error = await roundTripError(theirs, parent);
  return [...cells, judgeSeconds.toFixed(1), error.toExponential(4), `${identical} of ${tensors}`];
}

async function quantized(input: string, output: string, type: string): Promise<Measured> {
  const script = fileURLToPath(new URL('./one.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, input, output, type]);
  return JSON.parse(stdout) as Measured;
}

function section(parent: Measured, [head = [], ...rows]: string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const words = ['npm run bench -- quantize', ...process.argv.slice(2)].join(' ');
  return [
    '## Quantizing',
    '',
    `\`${words.replace(values['llama-quantize'] ?? '\0', 'PATH')}\` on ${new Date().toISOString().slice(0, 10)}; ${machine()};`,
    `SmolLM2-135M-Instruct, dequantized from ${parent.parentType} to F16 as the parent (${(parent.bytesOut / MEGABYTE).toFixed(0)} MB).`,
    'RMSE is the root mean square difference to the parent’s weights.',
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
  ].join('\n');
}

await main();
