import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { registryV1 } from '@weir/contracts';
import {
  QUANTIZATION_NAMES,
  quantizationName,
  QUANTIZER,
  quantizeFile,
  readGgufHeader,
  type QuantizeResult,
} from '@weir/gguf';
import { Command } from 'commander';
import { CliError } from '../cli-error.js';
import type { CommandContext } from '../program.js';
import { operatorClients, type Installation } from '../surroundings/installation.js';
import { wholeNumber } from './input.js';

interface QuantizeFlags {
  readonly type: string;
  readonly workers?: string;
  readonly register?: string;
  readonly source?: string;
  readonly json?: boolean;
}

const MEGABYTE = 1_000_000;

export function quantizeCommand({ terminal, installation }: CommandContext): Command {
  return new Command('quantize')
    .description('Write a GGUF file with smaller weights. Same input, same bytes.')
    .argument('<in>', 'GGUF file, best in F32, F16 or BF16')
    .argument('<out>')
    .requiredOption('--type <type>', QUANTIZATION_NAMES.join(', '))
    .option('--workers <number>', 'threads; without it one per processor')
    .option('--register <model>', 'make a version of this model from the result, with its lineage (operator only)')
    .option('--source <text>', 'where the weights come from; needs --register')
    .option('--json', 'print the result as JSON')
    .action(async (input: string, output: string, flags: QuantizeFlags) => {
      const type = quantizationName(flags.type);
      const workers = flags.workers === undefined ? undefined : wholeNumber(flags.workers, '--workers', 1);
      const result = await interruptible((signal) =>
        quantizeFile({
          input,
          output,
          type,
          workers,
          signal,
          onProgress: ({ tensor, doneBytes, totalBytes }) => {
            if (!flags.json) terminal.progress(tensor, doneBytes / totalBytes);
          },
        }),
      ).finally(() => terminal.endProgress());
      const version = flags.register
        ? await register(await installation(), { output, result, model: flags.register, source: flags.source })
        : undefined;
      if (flags.json) {
        terminal.json({ ...result, version: version?.version });
        return;
      }
      terminal.good(`${output}: ${type}, ${sizesOf(result)}`);
      terminal.fact('sha256', result.sha256);
      terminal.fact('made from', `${result.parentType}, ${result.parentSha256}`);
      for (const warning of result.warnings) terminal.fact('warning', warning);
      if (version) terminal.good(`registered as ${version.modelName}@${version.version}`);
    });
}

/** Size before and after, and how much of it is left. */
export function sizesOf({ bytesIn, bytesOut }: Pick<QuantizeResult, 'bytesIn' | 'bytesOut'>): string {
  const megabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`;
  return `${megabytes(bytesIn)} → ${megabytes(bytesOut)} (${((100 * bytesOut) / bytesIn).toFixed(0)} %)`;
}

interface Registration {
  readonly output: string;
  readonly result: QuantizeResult;
  readonly model: string;
  readonly source: string | undefined;
}

async function register(installation: Installation, made: Registration): Promise<registryV1.ModelVersion> {
  await using clients = await operatorClients(installation);
  const registry = clients.client('registry', registryV1.RegistryServiceDefinition);
  const { version } = await registry.createModelVersion(await versionOf(made));
  if (!version) throw new CliError('The registry answered without a version.');
  return version;
}

/** The version to create for a quantized file. */
export async function versionOf({ output, result, model, source }: Registration) {
  const path = resolve(output);
  const { metadata } = await readGgufHeader(path);
  const { sha256, bytesOut: sizeBytes, parentSha256, parentType, type } = result;
  return {
    modelName: model,
    artifacts: [{ path: basename(path), uri: pathToFileURL(path).href, sha256, sizeBytes }],
    format: 'gguf',
    source: source ?? `quantized from sha256:${parentSha256}`,
    quantization: type,
    contextTokens: metadata.number(`${metadata.string('general.architecture')}.context_length`) ?? 0,
    lineage: { parentSha256, parentType, operation: 'quantize', type, tool: QUANTIZER },
  };
}

/** Ctrl-C ends the work in an orderly way: no half file stays. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once('SIGINT', interrupt);
  try {
    return await work(abort.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}
