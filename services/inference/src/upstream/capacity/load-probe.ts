import { WeirError } from '@weir/errors';
import type { ProbeAnswer } from '../upstream.client.js';
import { readLoad, type Dialect, type ReportedLoad } from './dialect.js';

/** Gets what is at a path of the server. */
export type Get = (path: string, signal: AbortSignal) => Promise<ProbeAnswer>;

export interface LoadProbeOptions {
  readonly get: Get;
  /** Path of the server above its API; empty for its root. */
  readonly rootPath: string;
  /** Name of the model at the upstream. */
  readonly model: string;
}

export interface Probed {
  /** Undefined for a server that tells nothing of it. */
  readonly load: ReportedLoad | undefined;
  /** What is worth knowing of it; empty if nothing. */
  readonly note: string;
}

const NOTHING: Probed = { load: undefined, note: '' };
/** Statuses of a server that has no such page, or will never show it to us. */
const NOT_THERE = new Set([400, 401, 403, 404, 405, 410]);
const METRICS = ['/metrics', '/prometheus/metrics'];
const OLLAMA_MODELS = '/api/ps';

/** Asks one server for its load. Where the first questions found no page for it, none is asked again. */
export class LoadProbe {
  dialect: Dialect | undefined;
  private path: string | undefined;
  private isOver = false;

  constructor(private readonly options: LoadProbeOptions) {}

  /** @throws WeirError when the server cannot be reached; a later call may find more */
  async read(signal: AbortSignal): Promise<Probed> {
    if (this.isOver) return NOTHING;
    if (this.path !== undefined) return this.readAt(this.path, signal);
    for (const path of [...METRICS, OLLAMA_MODELS]) {
      const probed = await this.readAt(this.options.rootPath + path, signal);
      // A server that fails now may well have it later.
      if (this.path !== undefined || this.isOver) return probed;
    }
    this.isOver = true;
    return NOTHING;
  }

  private async readAt(path: string, signal: AbortSignal): Promise<Probed> {
    const { status, body } = await this.options.get(path, signal);
    if (status === 200) return this.understand(path, body);
    if (status === 501 && body.includes('not_supported_error')) this.settle('llamacpp', undefined);
    else if (!NOT_THERE.has(status))
      throw new WeirError('upstream_error', `The upstream answered ${status} at ${path}.`);
    else if (path === this.path) this.isOver = true;
    return NOTHING;
  }

  private understand(path: string, body: string): Probed {
    if (path.endsWith(OLLAMA_MODELS)) return this.readModels(path, body);
    const read = readLoad(body, this.options.model);
    if (!read) return NOTHING;
    this.settle(read.dialect, path);
    return { load: read.load, note: '' };
  }

  /** Ollama tells which models are loaded, and nothing of its queue. */
  private readModels(path: string, body: string): Probed {
    const models = modelsOf(body);
    if (!models) return NOTHING;
    this.settle('ollama', path);
    const { model } = this.options;
    const isLoaded = models.some((name) => name === model || name === `${model}:latest`);
    return { load: undefined, note: isLoaded ? '' : 'The model is not loaded; the next request waits for it.' };
  }

  private settle(dialect: Dialect, path: string | undefined): void {
    this.dialect = dialect;
    this.path = path;
    this.isOver = path === undefined;
  }
}

function modelsOf(body: string): string[] | undefined {
  try {
    const { models } = JSON.parse(body) as { models?: unknown };
    if (!Array.isArray(models)) return undefined;
    return models.map((one: { model?: unknown; name?: unknown }) => String(one.model ?? one.name ?? ''));
  } catch {
    return undefined;
  }
}
