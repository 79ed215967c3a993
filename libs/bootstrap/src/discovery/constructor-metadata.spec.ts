import { Controller, Injectable, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { constructorMetadata } from './constructor-metadata.js';

@Injectable()
class Store {}

@Injectable()
class Decider {
  constructor(
    readonly store: Store,
    readonly limit: number,
    readonly options: { a: 1 },
  ) {}
}

@Controller()
class Door {
  constructor(readonly decider: Decider) {}
}

class Dynamic {}

@Injectable()
class Inner {
  constructor(readonly store: Store) {}
}

@Module({
  imports: [{ module: Dynamic, providers: [{ provide: 'token', useClass: Inner }] }],
  providers: [Store, Decider],
  controllers: [Door],
})
class Outer {}

describe('constructorMetadata', () => {
  it('names what every reachable class wants, as the compiler wrote it', () => {
    expect(constructorMetadata(Outer)).toEqual({
      Decider: ['Store', 'Number', 'Object'],
      Door: ['Decider'],
      Inner: ['Store'],
    });
  });
});
