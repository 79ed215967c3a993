/** One value of a Prometheus exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\\n]|\\.)*)"\s*(,|(?=\}))/y;
const SPECIAL: Readonly<Record<string, number>> = {
  '+inf': Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

/**
 * The samples of the named metrics out of the Prometheus text format, or out of OpenMetrics. Timestamps and exemplars are
 * left; lines that are neither samples nor comments are skipped.
 */
export function readSamples(text: string, names: ReadonlySet<string>): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const name = NAME.exec(line)?.[0];
    if (name === undefined || !names.has(name)) continue;
    const sample = readSample(name, line);
    if (sample) samples.push(sample);
  }
  return samples;
}

function readSample(name: string, line: string): Sample | undefined {
  const labelled = readLabels(line, name.length);
  if (!labelled) return undefined;
  const [text = ''] = line.slice(labelled.end).trim().split(/\s+/, 1);
  const value = SPECIAL[text.toLowerCase()] ?? (text === '' ? Number.NaN : Number(text));
  const isNumber = !Number.isNaN(value) || text.toLowerCase() === 'nan';
  return isNumber ? { name, labels: labelled.labels, value } : undefined;
}

function readLabels(line: string, from: number): { labels: Record<string, string>; end: number } | undefined {
  const labels: Record<string, string> = {};
  const open = /^\s*\{/.exec(line.slice(from));
  if (!open) return { labels, end: from };
  let at = from + open[0].length;
  for (;;) {
    const close = /^\s*\}/.exec(line.slice(at));
    if (close) return { labels, end: at + close[0].length };
    LABEL.lastIndex = at;
    const label = LABEL.exec(line);
    if (!label) return undefined;
    const [, name = '', value = ''] = label;
    labels[name] = unescaped(value);
    at = LABEL.lastIndex;
  }
}

const unescaped = (value: string): string =>
  value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
