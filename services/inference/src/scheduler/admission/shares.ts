/** A tenant's part of an engine's slots, and with them of its step tokens and KV cells. */
export interface TenantShare {
  readonly tenant: string;
  /** Percent of the slots that are its own. */
  readonly nominal_percent: number;
  /** Percent that it may have on top while their owners do not use them. */
  readonly borrowing_percent: number;
  /** In the fairness of tokens; 0 = 1. */
  readonly weight: number;
}

/** The tenants that no share names are one group under this name. */
export const OTHERS = 'others';

/** `own`: it is below its share; `borrow`: it may use what others leave idle; `none`: it has all that it may have. */
export type Standing = 'own' | 'borrow' | 'none';

interface Group {
  readonly own: number;
  readonly limit: number;
  running: number;
}

export interface GroupSlots {
  readonly group: string;
  readonly own: number;
  readonly borrowed: number;
}

/** Who may have how many of the slots: nominal shares, idle ones lent up to a limit. */
export class SlotShares {
  private readonly groups = new Map<string, Group>();
  private readonly others: Group;

  constructor(slots: number, shares: readonly TenantShare[]) {
    const named = shares.map((share) => share.nominal_percent);
    const sum = named.reduce((total, percent) => total + percent, 0);
    const own = wholeParts(slots, [...named, Math.max(0, 100 - sum)]);
    shares.forEach((share, index) => {
      const nominal = own[index] ?? 0;
      const borrowing = Math.round((slots * share.borrowing_percent) / 100);
      // A share that rounds to nothing may still use one slot that is idle.
      this.groups.set(share.tenant, { own: nominal, limit: clamp(nominal + borrowing, 1, slots), running: 0 });
    });
    this.others = { own: own.at(-1) ?? slots, limit: slots, running: 0 };
    this.groups.set(OTHERS, this.others);
  }

  groupOf(tenant: string): string {
    return this.groups.has(tenant) ? tenant : OTHERS;
  }

  standing(tenant: string): Standing {
    const { own, limit, running } = this.group(tenant);
    if (running < own) return 'own';
    return running < limit ? 'borrow' : 'none';
  }

  /** Slots of its own that a tenant's group does not use; below 0 = so many are borrowed. */
  unused(tenant: string): number {
    const { own, running } = this.group(tenant);
    return own - running;
  }

  take(tenant: string): void {
    this.group(tenant).running++;
  }

  giveBack(tenant: string): void {
    this.group(tenant).running--;
  }

  /** Slots in use. */
  use(): GroupSlots[] {
    return [...this.groups].map(([group, { own, running }]) => ({
      group,
      own: Math.min(own, running),
      borrowed: Math.max(0, running - own),
    }));
  }

  private group(tenant: string): Group {
    return this.groups.get(tenant) ?? this.others;
  }
}

/** Whole parts of a total in these proportions, by the largest remainder. */
export function wholeParts(total: number, proportions: readonly number[]): number[] {
  const sum = proportions.reduce((all, part) => all + part, 0);
  if (sum === 0) return proportions.map(() => 0);
  const exact = proportions.map((part) => (total * part) / sum);
  const whole = exact.map(Math.floor);
  let left = total - whole.reduce((all, part) => all + part, 0);
  const byRemainder = exact.map((part, index) => ({ index, rest: part % 1 })).sort((a, b) => b.rest - a.rest);
  for (const { index, rest } of byRemainder) {
    if (left === 0 || rest === 0) break;
    whole[index] = (whole[index] ?? 0) + 1;
    left--;
  }
  return whole;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
