import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readSettings, setting, settingsWith, systemSource } from '@weir/config';
import type { DeploymentState, ModelVersionState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { eventually, silentLogger } from '@weir/testing';
import { z } from 'zod';
import type { StepReport } from '../engine/src/protocol.js';
import type { EngineBackend } from '../src/deployments/engine-backend.js';
import type { ChatTurn, GenerationOptions, GenerationPart, Prompt } from '../src/generation/generation.js';
import { inferenceSettings, type InferenceSettings } from '../src/inference.config.js';
import { LlamacppBackend } from '../src/llamacpp/llamacpp-backend.js';

const DEFAULT_MODEL = '.weir/models/smollm2-135m-instruct-q4_1.gguf';

/** The GGUF file that these tests run. */
export function modelFile(): string {
  const model = setting('WEIR_TEST_MODEL', z.string().default(DEFAULT_MODEL), 'GGUF file for tests.');
  const read = readSettings({ model });
  if (!read.ok) throw new WeirError('invalid_configuration', 'WEIR_TEST_MODEL');
  return read.values.model;
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  return hash.digest('hex');
}

export async function versionOf(path: string, sha256?: string, size?: number): Promise<ModelVersionState> {
  const artifact = {
    path: 'model.gguf',
    uri: pathToFileURL(path).href,
    sha256: sha256 ?? (await digestOf(path)),
    size_bytes: size ?? statSync(path).size,
  };
  return {
    kind: 'model_version',
    id: 'smollm2/1',
    model_name: 'smollm2',
    version: 1,
    format: 'gguf',
    source: 'test',
    quantization: 'Q4_1',
    context_tokens: 8_192,
    artifacts: [artifact],
    quality_reports: [],
    created_at: 1,
  };
}

export function deploymentOf(engine: Partial<DeploymentState['engine']> = {}, id = 'd1'): DeploymentState {
  return {
    kind: 'deployment',
    id,
    name: `name-of-${id}`,
    model_name: 'smollm2',
    version: 1,
    desired_state: 'running',
    created_at: 1,
    engine: {
      kind: 'llamacpp',
      slots: 4,
      context_tokens: 1_024,
      max_queue: 64,
      max_output_tokens: 256,
      base_url: '',
      upstream_model: '',
      api_key_ref: '',
      allow_private_address: false,
      more_base_urls: [],
      max_queued_tokens: 0,
      idle_unload_seconds: 0,
      shares: [],
      usd_per_hour: '',
      ...engine,
    },
  };
}

export interface LocalEngine extends AsyncDisposable {
  readonly backend: LlamacppBackend;
  readonly steps: StepReport[];
}

/** A backend with a real engine process. */
export function localEngine(
  version: ModelVersionState,
  engine: Partial<DeploymentState['engine']> = {},
  settings: Partial<InferenceSettings> = {},
): LocalEngine {
  const steps: StepReport[] = [];
  const backend = new LlamacppBackend({
    deployment: deploymentOf(engine),
    version,
    settings: settingsWith(inferenceSettings, { memoryReserveMb: 0, ...settings }),
    source: systemSource,
    logger: silentLogger,
    admit: async () => undefined,
    devices: { place: async () => 'cpu', loaded: () => undefined, release: () => undefined },
    onStatus: () => undefined,
    onStep: (step) => steps.push(step),
    onLoadChange: () => undefined,
  });
  backend.start();
  return { backend, steps, [Symbol.asyncDispose]: () => backend.stop() };
}

export const isReady = (backend: EngineBackend) =>
  eventually(() => backend.status.state === 'ready', { timeoutMs: 30_000 });

export interface Asked extends Partial<GenerationOptions> {
  readonly prompt?: string | Prompt;
  readonly signal?: AbortSignal;
  readonly deadline?: number;
  readonly tenant?: string;
}

export const turnOf = (role: string, content: string): ChatTurn => ({
  role,
  content,
  name: '',
  toolCalls: [],
  toolCallId: '',
});

/** One question of a user. */
export const chatOf = (content: string): Prompt => ({ kind: 'chat', turns: [turnOf('user', content)] });

/** Nothing asked for but the lengths that tests want. */
export const plainOptions: GenerationOptions = {
  maxTokens: 16,
  temperature: undefined,
  topP: undefined,
  seed: undefined,
  stop: [],
  topK: undefined,
  minP: undefined,
  repetitionPenalty: undefined,
  frequencyPenalty: undefined,
  presencePenalty: undefined,
  logitBias: new Map(),
  topLogprobs: undefined,
  promptLogprobs: undefined,
  responseFormat: { kind: 'text' },
  tools: [],
  toolChoice: { mode: 'none' },
  singleToolCall: false,
  ignoreEos: false,
  minTokens: 0,
};

/** Sends one request, as the service would. */
export function ask(backend: EngineBackend, asked: Asked = {}): AsyncIterable<GenerationPart> {
  const { prompt = 'Tell me about rivers.', signal, deadline, tenant = 't', ...options } = asked;
  return backend.generate({
    request: {
      requestId: 'r',
      tenant,
      prompt: typeof prompt === 'string' ? chatOf(prompt) : prompt,
      options: { ...plainOptions, ...options },
      priority: 0,
      ttftSloMs: undefined,
    },
    signal: signal ?? new AbortController().signal,
    deadline,
  });
}

export interface Answer {
  readonly text: string;
  readonly parts: readonly GenerationPart[];
  readonly last: GenerationPart | undefined;
}

export async function whole(parts: AsyncIterable<GenerationPart>): Promise<Answer> {
  const all: GenerationPart[] = [];
  for await (const part of parts) all.push(part);
  return { text: all.map(({ text }) => text).join(''), parts: all, last: all.at(-1) };
}

/** The error that an answer ends with, and the text before it. */
export async function failureOf(parts: AsyncIterable<GenerationPart>): Promise<{ error: unknown; text: string }> {
  let text = '';
  try {
    for await (const part of parts) text += part.text;
  } catch (error) {
    return { error, text };
  }
  throw new WeirError('internal', 'The answer did not fail.');
}
