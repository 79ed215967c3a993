import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { ModelVersionState } from '@weir/contracts';
import { WeirError } from '@weir/errors';

type Artifact = ModelVersionState['artifacts'][number];

export interface VerifiedWeights {
  readonly path: string;
  readonly sha256: string;
}

/** Compares the files of a model version with what the registry says they are. */
export class ArtifactCheck {
  /** Files that matched, by what would change if somebody wrote to them; a restart need not read gigabytes again. */
  private readonly verified = new Map<string, string>();

  /**
   * Reads every file whole and returns the first GGUF file.
   * @throws WeirError `artifact_mismatch` (missing, truncated, other content), `failed_precondition` (no GGUF, no file URI)
   */
  async verify(version: ModelVersionState, signal: AbortSignal): Promise<VerifiedWeights> {
    const weights = version.artifacts
      .filter((artifact) => artifact.path.endsWith('.gguf'))
      .sort((a, b) => a.path.localeCompare(b.path))[0];
    if (!weights) throw new WeirError('failed_precondition', `${version.id} has no GGUF file.`);
    for (const artifact of version.artifacts) await this.verifyFile(artifact, signal);
    return { path: pathOf(weights), sha256: weights.sha256 };
  }

  private async verifyFile(artifact: Artifact, signal: AbortSignal): Promise<void> {
    const path = pathOf(artifact);
    const { size, mtimeMs, ino } = await statOf(artifact, path);
    if (size !== artifact.size_bytes) {
      const details = { expected_bytes: artifact.size_bytes, actual_bytes: size };
      throw mismatch(artifact, `has ${size} bytes instead of ${artifact.size_bytes}`, details);
    }
    const stamp = `${size}/${mtimeMs}/${ino}/${artifact.sha256}`;
    if (this.verified.get(path) === stamp) return;
    const sha256 = await digestOf(path, signal);
    if (sha256 !== artifact.sha256) {
      const details = { expected_sha256: artifact.sha256, actual_sha256: sha256 };
      throw mismatch(artifact, 'has another digest than the registry says', details);
    }
    this.verified.set(path, stamp);
  }
}

function pathOf(artifact: Artifact): string {
  if (artifact.uri.startsWith('file://') && URL.canParse(artifact.uri)) return fileURLToPath(artifact.uri);
  throw new WeirError('failed_precondition', `${artifact.path} is not a file:// URI; only local files are loaded.`);
}

async function statOf(artifact: Artifact, path: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw mismatch(artifact, 'cannot be read', {}, error);
  }
}

async function digestOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}

function mismatch(
  artifact: Artifact,
  problem: string,
  details: Record<string, string | number> = {},
  cause?: unknown,
): WeirError {
  return new WeirError('artifact_mismatch', `${artifact.path} ${problem}.`, { details, cause });
}
