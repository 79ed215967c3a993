import { readFile } from 'node:fs/promises';
import { readGgufFileInfo, type GgufFileInfo, type Llama } from 'node-llama-cpp';
import { ChildError, failureOf } from '../child-error.js';
import { openLlama } from '../model/open-llama.js';
import { chunksOf, LEAST_CHUNK_TOKENS, type Chunk } from './corpus-chunks.js';
import type { MeasureJob, MeasureMessage } from './measure-protocol.js';
import { BATCH_TOKENS, MeasuredModel } from './measured-model.js';
import { requireMemoryForBoth } from './memory-need.js';
import { PositionPairs } from './position-pairs.js';
import { requireSameTokens, requireSameVocabulary } from './same-vocabulary.js';

export interface MeasureParts {
  readonly send: (message: MeasureMessage) => void;
  /** Bytes of memory that this process may still take. */
  readonly availableMemory: () => number;
}

interface BothModels {
  readonly parent: MeasuredModel;
  readonly candidate: MeasuredModel;
  readonly contextTokens: number;
}

/** Lets both models read the corpus, and sends what is different, chunk by chunk. */
export async function measure(job: MeasureJob, { send, availableMemory }: MeasureParts): Promise<void> {
  try {
    const models = await loadBoth(job, availableMemory);
    const chunks = await corpusOf(job, models);
    send({ kind: 'started', positions: chunks.reduce((sum, { next }) => sum + next.length, 0) });
    for (const chunk of chunks) send({ kind: 'chunk', compared: await compareChunk(chunk, models) });
    send({ kind: 'ended' });
  } catch (error) {
    send({ kind: 'failed', failure: failureOf(error) });
  }
}

async function loadBoth(job: MeasureJob, availableMemory: () => number): Promise<BothModels> {
  const llama = await openLlama(job.gpu === 'off' ? false : 'auto');
  const parent = await readGgufFileInfo(job.parentPath);
  const candidate = await readGgufFileInfo(job.candidatePath);
  requireSameVocabulary(vocabularyOf(parent), vocabularyOf(candidate));
  const contextTokens = Math.min(job.chunkTokens, trainedContext(parent), trainedContext(candidate));
  const limits = { contextTokens, batchTokens: BATCH_TOKENS, gpu: job.gpu, reserveBytes: job.memoryReserveBytes };
  await requireMemoryForBoth(llama, [parent, candidate], { ...limits, availableBytes: availableMemory() });
  const threads = threadsOfEach(llama, job.threads);
  return {
    contextTokens,
    parent: await MeasuredModel.load(llama, { path: job.parentPath, file: parent, contextTokens, threads }),
    candidate: await MeasuredModel.load(llama, { path: job.candidatePath, file: candidate, contextTokens, threads }),
  };
}

async function corpusOf(job: MeasureJob, { parent, candidate, contextTokens }: BothModels): Promise<Chunk[]> {
  const text = await readFile(job.corpusPath, 'utf8');
  const tokens = parent.tokenize(text);
  requireSameTokens(tokens, candidate.tokenize(text));
  const chunks = chunksOf(tokens, { chunkTokens: contextTokens, maxPositions: job.maxPositions, bos: parent.bos });
  if (chunks.length > 0) return chunks;
  throw new ChildError('invalid_request', `There is no chunk of ${LEAST_CHUNK_TOKENS} tokens to compare.`, {
    corpus_tokens: tokens.length,
    context_tokens: contextTokens,
  });
}

/** Both read at the same time, each with its share of the threads. */
async function compareChunk(chunk: Chunk, { parent, candidate }: BothModels) {
  const pairs = new PositionPairs(chunk.next);
  await Promise.all([
    parent.read(chunk, (position, weights) => pairs.add('parent', position, weights)),
    candidate.read(chunk, (position, weights) => pairs.add('candidate', position, weights)),
  ]);
  return pairs.compared;
}

function threadsOfEach(llama: Llama, threads: number): number {
  return Math.max(1, Math.floor((threads || llama.cpuMathCores) / 2));
}

function vocabularyOf(file: GgufFileInfo): readonly string[] {
  return file.metadata.tokenizer.ggml?.tokens ?? [];
}

function trainedContext(file: GgufFileInfo): number {
  return file.architectureMetadata.context_length ?? Number.POSITIVE_INFINITY;
}
