import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, RegistrySnapshot, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { engineV1, ModelVersionState } from '@weir/contracts';
import { asWeirError, WeirError } from '@weir/errors';
import type { CallOptions } from '@weir/grpc';
import { Semaphore } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import type { ComparedPositions } from '../../engine/src/measure/measure-protocol.js';
import { INFERENCE_SETTINGS, type InferenceSettings } from '../inference.config.js';
import { inferenceMetrics } from '../inference.metrics.js';
import { ArtifactCheck, type VerifiedWeights } from '../llamacpp/artifact-check.js';
import { engineDirectory } from '../llamacpp/engine-directory.js';
import { CORPUS, verifiedCorpus } from './corpus.js';
import { measureInChild, type MeasureProgress } from './measure-child.client.js';
import { qualityReportOf } from './quality-report.js';
import { QualityReportsClient } from './quality-reports.client.js';

export interface VersionName {
  readonly modelName: string;
  readonly version: number;
}

export interface MeasureRequest {
  readonly candidate: VersionName;
  readonly parent: VersionName;
  /** 0 = the whole corpus. */
  readonly maxPositions: number;
}

export interface Measured {
  readonly doneTokens: number;
  readonly totalTokens: number;
  /** In the last one. */
  readonly report?: engineV1.QualityReport;
}

interface BothFiles {
  readonly candidate: VerifiedWeights;
  readonly parent: VerifiedWeights;
  readonly corpusPath: string;
}

/** As in llama-perplexity. */
const CHUNK_TOKENS = 512;
const BUSY_RETRY_MS = 60_000;

/** Measures what quantizing cost, one pair of models at a time, and has the registry keep the result. */
@Injectable()
export class QualityService {
  private readonly metrics: Bound<typeof inferenceMetrics>;
  private readonly turn = new Semaphore(1);
  private readonly check = new ArtifactCheck();

  constructor(
    private readonly snapshot: RegistrySnapshot,
    private readonly reports: QualityReportsClient,
    @Inject(INFERENCE_SETTINGS) private readonly settings: InferenceSettings,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.metrics = metrics.bind(inferenceMetrics);
  }

  /** @throws WeirError `not_found`, `invalid_request`, `artifact_mismatch`, `insufficient_memory`, `engine_overloaded`, `engine_failed` */
  async *measure(request: MeasureRequest, options: MeasureCall): AsyncGenerator<Measured> {
    using permit = this.turn.tryAcquire();
    if (!permit) throw busy();
    const startedAt = this.source.monotonic();
    let outcome = 'cancelled';
    try {
      yield* this.comparison(request, options);
      outcome = 'stored';
    } catch (error) {
      outcome = asWeirError(error).code;
      throw error;
    } finally {
      this.metrics.qualityMeasurements.inc({ outcome });
      this.metrics.qualitySeconds.observe((this.source.monotonic() - startedAt) / 1_000);
    }
  }

  private async *comparison(request: MeasureRequest, options: MeasureCall): AsyncGenerator<Measured> {
    const { candidate, parent } = request;
    const files = await this.filesOf(request, options.signal);
    const chunks: ComparedPositions[] = [];
    let [doneTokens, totalTokens] = [0, 0];
    for await (const progress of this.child(files, request.maxPositions, options.signal)) {
      if (progress.kind === 'started') totalTokens = progress.positions;
      else doneTokens += chunks[chunks.push(progress.compared) - 1]?.kl.length ?? 0;
      yield { doneTokens, totalTokens };
    }
    const report = qualityReportOf(
      {
        candidateSha256: files.candidate.sha256,
        parentSha256: files.parent.sha256,
        corpus: CORPUS.name,
        corpusSha256: CORPUS.sha256,
        measuredAtMs: this.source.now(),
      },
      chunks,
    );
    await this.reports.record(candidate, report, options);
    this.logger.info({ candidate, parent, meanKl: report.meanKl, sameTop: report.sameTop }, 'quality was measured');
    yield { doneTokens, totalTokens, report };
  }

  private async filesOf({ candidate, parent }: MeasureRequest, signal: AbortSignal): Promise<BothFiles> {
    const versions = { candidate: this.gguf(candidate, 'version'), parent: this.gguf(parent, 'parent_version') };
    return {
      corpusPath: await verifiedCorpus(),
      candidate: await this.check.verify(versions.candidate, signal),
      parent: await this.check.verify(versions.parent, signal),
    };
  }

  private gguf({ modelName, version }: VersionName, param: string): ModelVersionState {
    const found = this.snapshot.modelVersion(modelName, version);
    if (!found) throw new WeirError('not_found', `There is no model version ${modelName}@${version}.`, { param });
    if (found.format === 'gguf') return found;
    throw new WeirError('invalid_request', `${modelName}@${version} has no GGUF file to measure.`, { param });
  }

  private child(files: BothFiles, maxPositions: number, signal: AbortSignal): AsyncIterable<MeasureProgress> {
    const { settings, logger } = this;
    const job = {
      parentPath: files.parent.path,
      candidatePath: files.candidate.path,
      corpusPath: files.corpusPath,
      chunkTokens: CHUNK_TOKENS,
      maxPositions,
      threads: settings.threads,
      gpu: settings.gpu,
      memoryReserveBytes: settings.memoryReserveMb * 1_048_576,
    };
    const directory = engineDirectory(settings.engineDirectory);
    return measureInChild({ directory, job, stallMs: settings.measureStallSeconds * 1_000, logger }, signal);
  }
}

export type MeasureCall = { readonly signal: AbortSignal } & Pick<CallOptions, 'trace' | 'requestId'>;

function busy(): WeirError {
  return new WeirError('engine_overloaded', 'Another measurement runs; there is one at a time.', {
    retryAfterMs: BUSY_RETRY_MS,
  });
}
