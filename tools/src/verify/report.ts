export interface StepResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

const NAME_WIDTH = 18;

/** One line per step, then what failed with the end of its output. */
export function report(results: readonly StepResult[]): string {
  const lines = results.map(
    ({ name, passed, seconds }) =>
      `${passed ? '✓' : '✗'} ${name.padEnd(NAME_WIDTH)} ${seconds.toFixed(1).padStart(6)} s`,
  );
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const failed = results.filter(({ passed }) => !passed);
  const details = failed.map(({ name, output }) => `\n── ${name} ──\n${output.trim()}`);
  const verdict = failed.length === 0 ? 'all hold' : `${failed.map(({ name }) => name).join(', ')} failed`;
  return [
    ...details,
    '',
    ...lines,
    `  ${'in all'.padEnd(NAME_WIDTH)} ${total.toFixed(1).padStart(6)} s: ${verdict}`,
    '',
  ].join('\n');
}
