import { readdirSync, readFileSync } from 'node:fs';

export interface TreeUse {
  /** User and system time of the living processes of the tree, in milliseconds. */
  readonly cpuMs: number;
  readonly residentMb: number;
  readonly processes: number;
}

const TICK_MS = 10;
const PAGE_MB = 4096 / 1e6;

interface Stat {
  readonly parent: number;
  readonly cpuMs: number;
  readonly residentMb: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      parent: Number(fields[1]),
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      residentMb: Number(fields[21]) * PAGE_MB,
    };
  } catch {
    return undefined; // The process ended between the listing and the read.
  }
}

/** CPU and memory of processes and all their descendants, without those whose command line `without` matches. */
export function useOf(roots: readonly number[], without?: RegExp): TreeUse {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    if (stat) stats.set(pid, stat);
  }
  const tree = new Set(roots);
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, { parent }] of stats) {
      if (tree.has(pid) || !tree.has(parent) || (without && without.test(commandOf(pid)))) continue;
      tree.add(pid);
      grown = true;
    }
  }
  const members = [...tree].map((pid) => stats.get(pid)).filter((stat) => stat !== undefined);
  return {
    cpuMs: members.reduce((sum, stat) => sum + stat.cpuMs, 0),
    residentMb: members.reduce((sum, stat) => sum + stat.residentMb, 0),
    processes: members.length,
  };
}

/** The living children of a process, with their command lines. */
export function childrenOf(parent: number): { readonly pid: number; readonly command: string }[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => statOf(pid)?.parent === parent).map((pid) => ({ pid, command: commandOf(pid) }));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
