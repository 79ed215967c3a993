import { nearestInteger } from './block-format.js';

const { fround } = Math;
/** Below it a group counts as all zero. */
export const LEAST_MAGNITUDE = fround(1e-15);

/** A group of weights to be put on levels, and the room for its result. One per block format, reused. */
export interface Group {
  readonly weights: Float32Array;
  /** Where the group starts. */
  readonly at: number;
  readonly size: number;
  /** Receives the level of each weight, from `at` on. */
  readonly levels: Uint8Array;
}

export interface AffineSearch {
  /** Highest level. */
  readonly top: number;
  /** The scales tried are range / (first + 0.1 x step + top) for step 0 to `steps`. */
  readonly first: number;
  readonly steps: number;
}

export interface AffineFit {
  readonly scale: number;
  /** What is taken off every weight; at least 0. */
  readonly minimum: number;
}

/**
 * Scale and minimum of the least weighted squared error, as the K types of llama.cpp search for them: several scales are
 * tried, the levels that each gives are kept, and for these the best scale and minimum follow from linear regression.
 * @param importance weight of each error, `size` of them
 * @param trial room for the levels of a try
 */
export function fitAffine(
  { weights: x, at, size, levels }: Group,
  importance: Float32Array,
  trial: Uint8Array,
  search: AffineSearch,
): AffineFit {
  const { top, first, steps } = search;
  const { lowest, maximum } = rangeOf(x, at, size);
  let minimum = Math.min(0, lowest);
  levels.fill(0, at, at + size);
  if (maximum === minimum) return { scale: 0, minimum: -minimum };
  const { sumW, sumX } = momentsOf(x, at, importance, size);
  const firstInverted = fround(top / fround(maximum - minimum));
  let scale = fround(1 / firstInverted);
  putOnLevels(x, at, size, { inverted: firstInverted, minimum, top }, levels, at);
  let best = errorOf(x, at, size, importance, levels, at, scale, minimum);
  for (let step = 0; step <= steps; step += 1) {
    const inverted = fround(fround(fround(first + fround(fround(0.1) * step)) + top) / fround(maximum - minimum));
    putOnLevels(x, at, size, { inverted, minimum, top }, trial, 0);
    const tried = regress(x, at, size, importance, trial, sumW, sumX);
    if (!tried) continue;
    const error = errorOf(x, at, size, importance, trial, 0, tried.scale, tried.minimum);
    if (error >= best) continue;
    for (let i = 0; i < size; i += 1) levels[at + i] = trial[i]!;
    best = error;
    ({ scale, minimum } = tried);
  }
  return { scale, minimum: -minimum };
}

function rangeOf(x: Float32Array, at: number, size: number): { lowest: number; maximum: number } {
  let [lowest, maximum] = [x[at]!, x[at]!];
  for (let i = at + 1; i < at + size; i += 1) {
    if (x[i]! < lowest) lowest = x[i]!;
    if (x[i]! > maximum) maximum = x[i]!;
  }
  return { lowest, maximum };
}

function momentsOf(x: Float32Array, at: number, importance: Float32Array, size: number) {
  let [sumW, sumX] = [0, 0];
  for (let i = 0; i < size; i += 1) {
    const w = importance[i]!;
    sumW = fround(sumW + w);
    sumX = fround(sumX + fround(w * x[at + i]!));
  }
  return { sumW, sumX };
}

function putOnLevels(
  x: Float32Array,
  at: number,
  size: number,
  { inverted, minimum, top }: { inverted: number; minimum: number; top: number },
  levels: Uint8Array,
  levelsAt: number,
): void {
  // Weights so small that their scale has no inverse: the reference's conversion of infinity gives level 0.
  if (inverted === Infinity) {
    levels.fill(0, levelsAt, levelsAt + size);
    return;
  }
  for (let i = 0; i < size; i += 1) {
    const level = nearestInteger(fround(inverted * fround(x[at + i]! - minimum)));
    levels[levelsAt + i] = level < 0 ? 0 : level > top ? top : level;
  }
}

function errorOf(
  x: Float32Array,
  at: number,
  size: number,
  importance: Float32Array,
  levels: Uint8Array,
  levelsAt: number,
  scale: number,
  minimum: number,
): number {
  let error = 0;
  for (let i = 0; i < size; i += 1) {
    const difference = fround(fround(fround(scale * levels[levelsAt + i]!) + minimum) - x[at + i]!);
    error = fround(error + fround(importance[i]! * fround(difference * difference)));
  }
  return error;
}

/** Scale and minimum of the least weighted squared error for given levels; the minimum is kept at 0 or below. */
function regress(
  x: Float32Array,
  at: number,
  size: number,
  importance: Float32Array,
  levels: Uint8Array,
  sumW: number,
  sumX: number,
): { scale: number; minimum: number } | undefined {
  let [sumL, sumL2, sumXL] = [0, 0, 0];
  for (let i = 0; i < size; i += 1) {
    const level = levels[i]!;
    const wl = fround(importance[i]! * level);
    sumL = fround(sumL + wl);
    sumL2 = fround(sumL2 + fround(wl * level));
    sumXL = fround(sumXL + fround(wl * x[at + i]!));
  }
  const determinant = fround(fround(sumW * sumL2) - fround(sumL * sumL));
  if (!(determinant > 0)) return undefined;
  const minimum = fround(fround(fround(sumL2 * sumX) - fround(sumL * sumXL)) / determinant);
  if (minimum > 0) return { scale: fround(sumXL / sumL2), minimum: 0 };
  return { scale: fround(fround(fround(sumW * sumXL) - fround(sumX * sumL)) / determinant), minimum };
}

/**
 * Scale of the least squared error, each weighted with the square of its weight: for levels from -half to half - 1, of which
 * `levels` receives level + half.
 */
export function fitSymmetric({ weights: x, at, size, levels }: Group, half: number): number {
  const extreme = extremeOf(x, at, size);
  if (Math.abs(extreme) < LEAST_MAGNITUDE) {
    levels.fill(0, at, at + size);
    return 0;
  }
  const sums = { xl: 0, l2: 0 };
  let inverted = fround(-half / extreme);
  project(x, at, size, inverted, half, sums);
  putOnSignedLevels(x, at, size, inverted, half, levels);
  let scale = sums.l2 === 0 ? 0 : fround(sums.xl / sums.l2);
  let best = fround(scale * sums.xl);
  for (let step = -9; step <= 9; step += 1) {
    if (step === 0) continue;
    inverted = fround(-fround(half + fround(fround(0.1) * step)) / extreme);
    project(x, at, size, inverted, half, sums);
    if (!(sums.l2 > 0 && fround(sums.xl * sums.xl) > fround(best * sums.l2))) continue;
    putOnSignedLevels(x, at, size, inverted, half, levels);
    scale = fround(sums.xl / sums.l2);
    best = fround(scale * sums.xl);
  }
  return scale;
}

function extremeOf(x: Float32Array, at: number, size: number): number {
  let extreme = 0;
  for (let i = at; i < at + size; i += 1) if (Math.abs(x[i]!) > Math.abs(extreme)) extreme = x[i]!;
  return extreme;
}

function signedLevel(value: number, half: number): number {
  const level = nearestInteger(value);
  return level < -half ? -half : level > half - 1 ? half - 1 : level;
}

function putOnSignedLevels(
  x: Float32Array,
  at: number,
  size: number,
  inverted: number,
  half: number,
  levels: Uint8Array,
): void {
  for (let i = at; i < at + size; i += 1) levels[i] = signedLevel(fround(inverted * x[i]!), half) + half;
}

function project(
  x: Float32Array,
  at: number,
  size: number,
  inverted: number,
  half: number,
  sums: { xl: number; l2: number },
): void {
  let [xl, l2] = [0, 0];
  for (let i = at; i < at + size; i += 1) {
    const value = x[i]!;
    const level = signedLevel(fround(inverted * value), half);
    const w = fround(value * value);
    xl = fround(xl + fround(fround(w * value) * level));
    l2 = fround(l2 + fround(fround(w * level) * level));
  }
  sums.xl = xl;
  sums.l2 = l2;
}
