import { Listr } from 'listr2';

export interface Task {
  readonly title: string;
  readonly work: () => Promise<unknown>;
}

/** Shows the tasks with spinners on a terminal, as plain lines elsewhere, and runs them one after another. */
export async function runTasks(tasks: readonly Task[], signal: AbortSignal): Promise<void> {
  const list = new Listr(
    tasks.map(({ title, work }) => ({
      title,
      task: async () => {
        signal.throwIfAborted();
        await work();
      },
    })),
    {
      concurrent: false,
      registerSignalListeners: false,
      renderer: 'default',
      fallbackRenderer: 'simple',
      rendererOptions: { showErrorMessage: false, collapseErrors: true },
    },
  );
  await list.run();
}
