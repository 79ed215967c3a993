import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoRoot } from '@weir/contracts';
import { HealthImplementation, protoPath as healthProto } from 'grpc-health-check';

/** grpc.health.v1: a status for every service by either of its names, and for the process under the empty name. */
export class Health {
  readonly #implementation = new HealthImplementation();
  readonly #said = new Map<string, boolean>();
  readonly #registered = new Set<string>();
  #draining = false;

  addTo(server: Server, services: Iterable<string>): void {
    for (const service of services) this.#registered.add(service);
    this.#publish();
    this.#implementation.addToServer(server);
  }

  /** `name`: a service of Weir or of gRPC. The process serves when everything that was said does. */
  set(name: string, serving: boolean): void {
    this.#said.set(name, serving);
    this.#publish();
  }

  /** NOT_SERVING everywhere, for good. */
  drain(): void {
    this.#draining = true;
    this.#publish();
  }

  #publish(): void {
    const whole = !this.#draining && [...this.#said.values()].every(Boolean);
    for (const name of new Set(['', ...this.#registered, ...this.#said.keys()])) {
      const serving = !this.#draining && (this.#said.get(name) ?? whole);
      this.#implementation.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
    }
  }
}

/** Reflection v1 and v1alpha of the given services (full names) and of health, from the .proto files. */
export async function addReflection(server: Server, services: readonly string[]): Promise<void> {
  const folders = new Set(services.map((service) => service.split('.').slice(0, -1).join('/')));
  const files = await Promise.all([...folders].map(protoFiles));
  const loaded = await load([...files.flat(), healthProto], { includeDirs: [protoRoot], keepCase: true });
  const known = services.filter((service) => service in loaded);
  new ReflectionService(loaded, { services: [...known, 'grpc.health.v1.Health'] }).addToServer(server);
}

async function protoFiles(folder: string): Promise<string[]> {
  const path = join(protoRoot, folder);
  if (!existsSync(path)) return [];
  const names = await readdir(path);
  return names.filter((name) => name.endsWith('.proto')).map((name) => join(path, name));
}
