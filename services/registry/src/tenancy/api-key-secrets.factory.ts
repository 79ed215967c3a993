import { Inject, Injectable } from '@nestjs/common';
import { createApiKeySecret, hashApiKey, PROCESS_SETTINGS } from '@weir/bootstrap';
import type { ProcessSettings } from '@weir/config';
import { REGISTRY_SETTINGS, type RegistrySettings } from '../registry.config.js';

/** Characters of the random part that are kept in clear, to recognise a key by: 24 of more than 190 bits. */
const RECOGNISED_BY = 4;

export interface ApiKeySecret {
  /** Shown once, kept nowhere. */
  readonly secret: string;
  readonly prefix: string;
  readonly hash: string;
}

@Injectable()
export class ApiKeySecretsFactory {
  readonly #environment: string;
  readonly #pepper: string;

  constructor(
    @Inject(REGISTRY_SETTINGS) settings: Pick<RegistrySettings, 'keyEnvironment'>,
    @Inject(PROCESS_SETTINGS) settingsOfProcess: Pick<ProcessSettings, 'keyPepper'>,
  ) {
    this.#environment = settings.keyEnvironment;
    this.#pepper = settingsOfProcess.keyPepper;
  }

  create(): ApiKeySecret {
    const secret = createApiKeySecret(this.#environment);
    const prefix = secret.slice(0, `weir_${this.#environment}_`.length + RECOGNISED_BY);
    return { secret, prefix, hash: hashApiKey(secret, this.#pepper) };
  }
}
