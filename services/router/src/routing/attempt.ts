/** One run of an engine for a request. */
export interface Attempt {
  /** Text as it is generated; throws what the engine failed with. Read once. */
  readonly texts: AsyncIterable<string>;
  /** The rest is not needed: frees the engine's slot. */
  stop(): void;
}

/** Where released text goes. */
export interface TextSink {
  /** A promise when the reader is slow: wait for it before the next text. */
  text(delta: string): Promise<void> | undefined;
}
