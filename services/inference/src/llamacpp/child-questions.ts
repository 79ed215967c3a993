import { WeirError } from '@weir/errors';

/** Questions to one engine process that wait for their answer. */
export class ChildQuestions {
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();

  constructor(private readonly most: number) {}

  /**
   * Waits for the answer to the question with this id.
   * @throws WeirError `engine_overloaded` when too many wait
   */
  ask<Answer>(id: number): Promise<Answer> {
    if (this.waiting.size >= this.most) {
      throw new WeirError('engine_overloaded', 'Too many questions wait for the engine.', { retryAfterMs: 1_000 });
    }
    const pending = Promise.withResolvers<Answer>();
    this.waiting.set(id, pending as PromiseWithResolvers<unknown>);
    return pending.promise;
  }

  answer(id: number, answer: unknown): void {
    this.take(id)?.resolve(answer);
  }

  refuse(id: number, error: WeirError): void {
    this.take(id)?.reject(error);
  }

  /** The engine is gone. */
  refuseAll(error: WeirError): void {
    for (const id of [...this.waiting.keys()]) this.refuse(id, error);
  }

  private take(id: number): PromiseWithResolvers<unknown> | undefined {
    const pending = this.waiting.get(id);
    this.waiting.delete(id);
    return pending;
  }
}
