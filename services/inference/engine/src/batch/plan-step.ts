/** What one running request can do next. */
export interface StepNeed {
  readonly id: number;
  /** Prompt tokens that are not evaluated yet; 0 = it decodes. */
  readonly promptLeft: number;
  /** Most prompt tokens that it takes in one step, where that is less than anybody may. */
  readonly most?: number;
}

export interface StepShare {
  readonly id: number;
  /** Tokens to evaluate in this step. */
  readonly tokens: number;
}

export interface StepLimits {
  /** Tokens of one batch. */
  readonly batch: number;
  /** Prompt tokens of one step while nobody decodes. */
  readonly slice: number;
  /** Prompt tokens of one step while somebody decodes: bounds the gap between two tokens of a running stream. */
  readonly sliceBesideDecode: number;
}

/** A prompt that is alone with a few tokens in a step costs a whole step for them. */
const LEAST_SHARE = 16;

/** Decode first: one token for everyone who decodes. The prompts share the slice evenly; what one leaves, others take. */
export function planStep(needs: readonly StepNeed[], limits: StepLimits): StepShare[] {
  const shares: StepShare[] = needs.filter((need) => need.promptLeft === 0).map(({ id }) => ({ id, tokens: 1 }));
  const slice = shares.length > 0 ? limits.sliceBesideDecode : limits.slice;
  const room = Math.min(slice, limits.batch - shares.length);
  return [...shares, ...prefillShares(needs, room)];
}

function prefillShares(needs: readonly StepNeed[], room: number): StepShare[] {
  const wants = needs
    .filter((need) => need.promptLeft > 0)
    .map(({ id, promptLeft, most = promptLeft }) => ({ id, tokens: Math.min(promptLeft, most) }));
  // In the order they came, as many as get a share that is worth a step.
  const served = wants.slice(0, Math.max(1, Math.floor(room / LEAST_SHARE)));
  const shares: StepShare[] = [];
  let left = room;
  const smallestFirst = [...served].sort((a, b) => a.tokens - b.tokens);
  for (const [index, { id, tokens }] of smallestFirst.entries()) {
    const share = Math.min(tokens, Math.floor(left / (served.length - index)));
    if (share > 0) shares.push({ id, tokens: share });
    left -= share;
  }
  return shares;
}
