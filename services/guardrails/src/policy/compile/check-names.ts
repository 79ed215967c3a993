import { WeirError } from '@weir/errors';
import type { DetectorSpec } from '../../detector/detector.js';
import type { TextCheck } from '../../detector/text-check.js';
import type { CheckCatalogue } from '../check-catalogue.js';
import type { PolicyDocument } from '../policy-document.js';
import { invalidPolicy } from './read-document.js';

/** What a name in a rule stands for. */
export interface NamedChecks {
  readonly detectors: readonly DetectorSpec[];
  readonly check: TextCheck | undefined;
  /** Of several rules about one detector the most specific ones count: its id before a family, a long family before a short one. */
  readonly specificity: number;
}

const MAX_OWN_CHECKS = 100;
const MAX_OWN_PATTERNS = 2_000;

/** The names that the rules of one policy can use: Weir's own checks and those that the policy defines. */
export class CheckNames {
  readonly #detectors: Map<string, DetectorSpec>;
  readonly #checks: Map<string, TextCheck>;
  /** Patterns by the name of the check that defines them. */
  readonly #own = new Map<string, readonly DetectorSpec[]>();
  readonly #kinds = new Map<string, string>();

  /** @throws WeirError `invalid_configuration` for a definition that does not compile, or a name that is taken. */
  constructor(catalogue: CheckCatalogue, definitions: PolicyDocument['checks']) {
    this.#detectors = new Map(catalogue.detectors.map((spec) => [spec.id, spec]));
    this.#checks = new Map(catalogue.checks.map((check) => [check.id, check]));
    const entries = Object.entries(definitions);
    if (entries.length > MAX_OWN_CHECKS) throw invalidPolicy(['checks'], `at most ${MAX_OWN_CHECKS}`);
    for (const [name] of entries) if (this.#isTaken(name)) throw invalidPolicy(['checks', name], 'the name is taken');
    for (const [name, definition] of entries) this.#define(catalogue, name, definition);
    const patterns = [...this.#own.values()].reduce((sum, specs) => sum + specs.length, 0);
    if (patterns > MAX_OWN_PATTERNS) throw invalidPolicy(['checks'], `at most ${MAX_OWN_PATTERNS} patterns`);
  }

  /** Undefined for a name that nothing has. */
  find(name: string): NamedChecks | undefined {
    if (name.endsWith('.*')) return this.#family(name.slice(0, -1));
    const own = this.#own.get(name);
    if (own) return { detectors: own, check: undefined, specificity: name.length + 1 };
    const detector = this.#detectors.get(name);
    const check = this.#checks.get(name);
    if (!detector && !check) return undefined;
    return { detectors: detector ? [detector] : [], check, specificity: Infinity };
  }

  check(id: string): TextCheck | undefined {
    return this.#checks.get(id);
  }

  /** Kind of a check that this policy defines; undefined for Weir's own. */
  kindOf(name: string): string | undefined {
    return this.#kinds.get(name);
  }

  #family(prefix: string): NamedChecks | undefined {
    const detectors = [...this.#detectors.values()].filter(({ id }) => id.startsWith(prefix));
    return detectors.length ? { detectors, check: undefined, specificity: prefix.length } : undefined;
  }

  #isTaken(name: string): boolean {
    return this.#checks.has(name) || this.#detectors.has(name) || this.#family(`${name}.`) !== undefined;
  }

  #define(catalogue: CheckCatalogue, name: string, definition: { readonly kind: string }): void {
    const kind = catalogue.kinds.find((one) => one.kind === definition.kind);
    if (!kind) throw invalidPolicy(['checks', name, 'kind'], `there is no kind ${JSON.stringify(definition.kind)}`);
    const parsed = kind.schema.safeParse(definition);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw invalidPolicy(['checks', name, ...(issue?.path ?? [])], issue?.message ?? 'is not valid');
    }
    const compiled = placed(name, () => kind.compile(name, parsed.data));
    this.#kinds.set(name, kind.kind);
    if (compiled.kind === 'check') return void this.#checks.set(name, compiled.check);
    for (const spec of compiled.patterns) {
      if (this.#detectors.has(spec.id)) throw invalidPolicy(['checks', name], `the id ${spec.id} is taken`);
      this.#detectors.set(spec.id, spec);
    }
    this.#own.set(name, compiled.patterns);
  }
}

/** Says which definition did not compile. */
function placed<T>(name: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    throw new WeirError(error.code, `Policy: checks.${name}: ${error.message}`, {
      cause: error,
      param: `checks.${name}`,
    });
  }
}
