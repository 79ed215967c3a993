/** Repeats `one` in a few loops until it is disposed, which waits for what runs. */
export function load(one: () => Promise<void>, loops = 2): AsyncDisposable {
  let stopped = false;
  const loop = async () => {
    while (!stopped) await one();
  };
  const running = Promise.all(Array.from({ length: loops }, loop));
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await running;
    },
  };
}
