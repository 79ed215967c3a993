// What a gateway adds to a request: the mock upstream directly, through Weir with everything on (authentication, limits,
// both guards, events with acknowledgement, metrics, sampled traces) in both forms, and through a peer that runs bare.
// npm run bench -- overhead [--seconds 10] [--keep]
import { ensureKeyLimits, freePorts, startConstellation, upstreamModel, type Constellation } from '@weir/tools';
import { openInfrastructure } from '../load/infrastructure.ts';
import { useOf } from '../load/process-tree.ts';
import { machine, settle } from '../load/machine.ts';
import { openLoop, type LoadResult, type Target } from '../load/open-loop.ts';
import { startMock, startPortkey, type Mock } from '../load/peers.ts';
import { report } from '../load/report.ts';
import { percentile, table } from '../load/statistics.ts';
import { abortDelays } from './aborts.ts';

interface Candidate extends Target {
  readonly pids: () => number[];
}

interface Row {
  readonly name: string;
  readonly load: string;
  readonly result: LoadResult;
  readonly cpuMsPerRequest: number;
  readonly residentMb: number;
}

const argument = (name: string, fallback: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const SECONDS = argument('seconds', 8);
const LOADS = [
  { perSecond: 50, stream: false },
  { perSecond: 100, stream: false },
  { perSecond: 200, stream: false },
  { perSecond: 50, stream: true },
  { perSecond: 100, stream: true },
];
const LIMITS = [
  { perSecond: 400, stream: false },
  { perSecond: 200, stream: true },
];

async function main(): Promise<void> {
  await using opened = new AsyncDisposableStack();
  opened.use(await openInfrastructure());
  const mock = opened.use(await startMock());
  const candidates = await startAll(opened, mock);
  const rows: Row[] = [];
  for (const candidate of candidates) await openLoop(candidate, { perSecond: 40, seconds: 3, stream: true });
  for (const load of LOADS) {
    for (const candidate of candidates) rows.push(await measure(candidate, load));
  }
  const direct = candidates[0]!;
  for (const load of LIMITS) {
    rows.push(await measure(direct, load));
    for (const candidate of candidates.filter((one) => one.name === 'Weir, one process'))
      rows.push(await measure(candidate, load));
  }
  const aborts = await Promise.all([false, true].map((stream) => abortDelays(candidates, mock, stream)));
  report('overhead', text(rows, aborts.flat()));
}

async function startAll(opened: AsyncDisposableStack, mock: Mock): Promise<Candidate[]> {
  const served = [upstreamModel({ alias: 'mock', baseUrl: `${mock.url}/v1` })];
  const environment = { WEIR_TRACE_SAMPLE_RATIO: '0.1' };
  const together = opened.use(await startConstellation({ form: 'together', served, environment }));
  const apart = opened.use(await startConstellation({ form: 'apart', served, environment }));
  const [port = 0] = await freePorts(1);
  const portkey = opened.use(await startPortkey(port));
  return [
    { name: 'direct', url: `${mock.url}/v1/chat/completions`, headers: {}, model: 'mock', pids: () => [] },
    await weirCandidate('Weir, one process', together),
    await weirCandidate('Weir, seven processes', apart),
    {
      name: 'Portkey 1.15.2, bare',
      url: `${portkey.url}/v1/chat/completions`,
      headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${mock.url}/v1`, authorization: 'Bearer x' },
      model: 'mock',
      pids: () => [portkey.pid],
    },
  ];
}

async function weirCandidate(name: string, weir: Constellation): Promise<Candidate> {
  const { apiKey, secret } = await weir.control.tenancy.createApiKey({
    projectId: weir.seeded.projectId,
    name: 'bench',
    scopes: ['inference'],
  });
  await ensureKeyLimits(weir.control, apiKey?.id ?? '', [
    { dimension: 'requests', window: 'minute', amount: '10000000' },
    { dimension: 'tokens', window: 'minute', amount: '100000000000' },
    { dimension: 'money', window: 'month', amount: '1000000' },
  ]);
  return {
    name,
    url: `${weir.httpUrl}/v1/chat/completions`,
    headers: { authorization: `Bearer ${secret}` },
    model: 'mock',
    pids: () => weir.pids(),
  };
}

async function measure(candidate: Candidate, load: { perSecond: number; stream: boolean }): Promise<Row> {
  await settle(1000);
  const before = useOf(candidate.pids());
  const result = await openLoop(candidate, { ...load, seconds: SECONDS });
  // Events and ledger entries of the last requests belong to their cost.
  await settle(1500);
  const after = useOf(candidate.pids());
  const name = `${load.perSecond} ${load.stream ? 'streams' : 'plain'}/s`;
  process.stderr.write(
    `${name} ${candidate.name}: ${result.errors} errors, p50 ${percentile(result.totalMs, 0.5).toFixed(1)} ms\n`,
  );
  return {
    name: candidate.name,
    load: name,
    result,
    cpuMsPerRequest: (after.cpuMs - before.cpuMs) / result.sent,
    residentMb: after.residentMb,
  };
}

function text(rows: readonly Row[], aborts: readonly string[][]): string {
  const body = rows.map((row) => {
    const base = rows.find((one) => one.load === row.load && one.name === 'direct')!.result;
    const added = (p: number, of: 'totalMs' | 'firstMs') =>
      row.name === 'direct'
        ? `(${percentile(row.result[of], p).toFixed(1)})`
        : (percentile(row.result[of], p) - percentile(base[of], p)).toFixed(1);
    const streamed = row.load.includes('stream');
    return [
      row.load,
      row.name,
      added(0.5, 'totalMs'),
      added(0.99, 'totalMs'),
      streamed ? added(0.5, 'firstMs') : '',
      streamed ? added(0.99, 'firstMs') : '',
      row.name === 'direct' ? '' : row.cpuMsPerRequest.toFixed(2),
      row.name === 'direct' ? '' : row.residentMb.toFixed(0),
      `${row.result.errors}/${row.result.sent}`,
    ];
  });
  const errors = rows.flatMap((row) =>
    row.result.errorSamples.map((sample) => `- ${row.load}, ${row.name}: ${sample}`),
  );
  return [
    '## Overhead',
    '',
    `\`npm run bench -- overhead --seconds ${SECONDS} --keep\` on ${new Date().toISOString().slice(0, 10)}; ${machine()}; load generator, mock, PostgreSQL,`,
    'Kafka and all gateways on the same machine, one gateway under load at a time, open loop.',
    'Milliseconds that each gateway adds to the direct request (in brackets: the direct request itself); CPU of the',
    "gateway's process tree, Weir's with its consumers, ledger and monitor; MB resident.",
    '',
    table(
      [
        'load',
        'through',
        'added p50',
        'added p99',
        'TTFT added p50',
        'TTFT added p99',
        'CPU ms/request',
        'MB',
        'errors',
      ],
      body,
    ),
    ...(errors.length ? ['', 'Errors seen:', ...errors] : []),
    '',
    'Milliseconds from the moment the client left to the moment the upstream saw it:',
    '',
    table(['through', 'mode', 'seen', 'p50', 'max'], aborts),
  ].join('\n');
}

await main();
