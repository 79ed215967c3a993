import type { ChildMessage } from './protocol.js';

/** Messages that may wait in the pipe before the batch loop waits for the parent. */
const MOST_UNREAD = 256;

/** The child's end of the fork channel, with a bound on what the parent has not read. */
export class Channel {
  private unread = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly write: (message: ChildMessage, written: () => void) => void) {}

  readonly send = (message: ChildMessage): void => {
    this.unread++;
    this.write(message, () => this.written());
  };

  readonly room = async (): Promise<void> => {
    if (this.unread >= MOST_UNREAD) await new Promise<void>((resolve) => this.waiting.push(resolve));
  };

  private written(): void {
    this.unread--;
    if (this.unread >= MOST_UNREAD) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
