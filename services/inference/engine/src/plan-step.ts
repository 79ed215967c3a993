/** What one running request can do next. */
export interface StepNeed {
  readonly id: number;
  /** Prompt tokens that are not evaluated yet; 0 = it decodes. */
  readonly promptLeft: number;
}

export interface StepShare {
  readonly id: number;
  /** Tokens to evaluate in this step. */
  readonly tokens: number;
}

export interface StepLimits {
  /** Prompt tokens of one step while nobody decodes. */
  readonly slice: number;
  /** Prompt tokens of one step while somebody decodes: bounds the gap between two tokens of a running stream. */
  readonly sliceBesideDecode: number;
}

/** Decode first: one token for everyone who decodes, then prompts in the order they came, up to the slice. */
export function planStep(needs: readonly StepNeed[], limits: StepLimits): StepShare[] {
  const decoding = needs.filter((need) => need.promptLeft === 0);
  const shares: StepShare[] = decoding.map(({ id }) => ({ id, tokens: 1 }));
  let room = decoding.length > 0 ? limits.sliceBesideDecode : limits.slice;
  for (const { id, promptLeft } of needs) {
    if (promptLeft === 0 || room === 0) continue;
    const tokens = Math.min(promptLeft, room);
    shares.push({ id, tokens });
    room -= tokens;
  }
  return shares;
}
