import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { DoorExceptionFilter } from '../http/exception.filter.js';
import type { HttpDoor } from '../http/http-door.js';
import type { ServiceDescriptor } from './service-descriptor.js';

/** What every service of the process can inject. */
@Module({})
export class PlatformModule {
  static with(values: readonly (readonly [token: InjectionToken, value: unknown])[]): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      providers: values.map(([provide, useValue]) => ({ provide, useValue })),
      exports: values.map(([token]) => token),
    };
  }
}

/** The root of one process: the platform and the modules of its services. */
@Module({})
export class ProcessModule {
  static of(platform: DynamicModule, services: readonly ServiceDescriptor[], door: HttpDoor): DynamicModule {
    return {
      module: ProcessModule,
      imports: [platform, DiscoveryModule, ...services.map(({ module }) => module)],
      providers: [{ provide: APP_FILTER, useValue: new DoorExceptionFilter(door) }],
    };
  }
}
