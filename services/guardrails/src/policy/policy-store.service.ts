import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import { WeirError } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUARDRAILS_SETTINGS, type GuardrailsSettings } from '../guardrails.config.js';
import { compilePolicy } from './compile-policy.js';
import type { CompiledPolicy } from './policy.js';

/** The policies in force, compiled once at the start; a policy that does not compile stops the start. */
@Injectable()
export class PolicyStore {
  readonly #policies = new Map<string, CompiledPolicy>();

  constructor(@Inject(GUARDRAILS_SETTINGS) settings: GuardrailsSettings, @Inject(LOGGER) logger: Logger) {
    for (const file of readdirSync(settings.policyDirectory).filter((name) => name.endsWith('.json'))) {
      const policy = compilePolicy(readPolicy(join(settings.policyDirectory, file)));
      const known = this.#policies.get(policy.name);
      if (!known || known.version < policy.version) this.#policies.set(policy.name, policy);
    }
    logger.info(
      { policies: this.list().map((policy) => `${policy.name}@${policy.version}`) },
      'guardrail policies in force',
    );
  }

  list(): CompiledPolicy[] {
    return [...this.#policies.values()];
  }

  /** @throws WeirError `failed_precondition` for a policy that is not there: nothing passes unchecked by mistake. */
  get(name: string): CompiledPolicy {
    const policy = this.#policies.get(name || 'default');
    if (policy) return policy;
    throw new WeirError('failed_precondition', `There is no guardrail policy ${JSON.stringify(name)}.`, {
      param: 'policy',
    });
  }
}

function readPolicy(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new WeirError('invalid_configuration', `${path} is not a JSON file.`, { cause: error });
  }
}
