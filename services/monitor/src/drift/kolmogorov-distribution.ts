import { pelzGood } from './pelz-good.js';

/** From this n·d² on, twice the one-sided probability is exact to 1e-7. */
const ONE_SIDED_FROM = 2.2;
/** Up to this n the exact matrices are small. */
const MATRICES_UP_TO = 140;
const RESCALE = 1e140;

/**
 * P(D ≥ d) of the two-sided Kolmogorov statistic of n observations, as `scipy.stats.kstwo.sf(d, n)`. Up to n = 140 by
 * Marsaglia, Tsang & Wang, "Evaluating Kolmogorov's Distribution" (J. Stat. Softw. 8(18), 2003), beyond by Pelz-Good;
 * in the tail by twice Smirnov's one-sided formula. Within 1e-7 of the exact value, beyond n = 140 within 3e-6.
 * @param n Whole number ≥ 1.
 * @param d Between 0 and 1.
 */
export function kolmogorovSurvival(d: number, n: number): number {
  if (d >= 1) return 0;
  if (d <= 1 / (2 * n)) return 1;
  if (n * d * d >= ONE_SIDED_FROM) return Math.min(1, 2 * smirnovSurvival(d, n));
  const below = n <= MATRICES_UP_TO ? marsagliaTsangWang(d, n) : pelzGood(d, n);
  return Math.min(1, Math.max(0, 1 - below));
}

/** P(D⁺ ≥ d) = d Σ C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j), summed in logarithms. */
function smirnovSurvival(d: number, n: number): number {
  let logChoose = 0;
  let sum = 0;
  for (let j = 0; j <= Math.floor(n * (1 - d)); j++) {
    const rest = 1 - d - j / n;
    if (rest > 0) sum += Math.exp(logChoose + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest));
    logChoose += Math.log((n - j) / (j + 1));
  }
  return d * sum;
}

function marsagliaTsangWang(d: number, n: number): number {
  const k = Math.floor(n * d) + 1;
  const size = 2 * k - 1;
  const power = raise({ size, cells: transitions(size, k - n * d), exponent: 0 }, n);
  let probability = cell(power, k - 1, k - 1);
  let exponent = power.exponent;
  for (let i = 1; i <= n; i++) {
    probability = (probability * i) / n;
    if (probability < 1 / RESCALE) {
      probability *= RESCALE;
      exponent -= 140;
    }
  }
  return probability * 10 ** exponent;
}

function transitions(size: number, h: number): Float64Array {
  const cells = new Float64Array(size * size);
  const at = (row: number, column: number) => row * size + column;
  const add = (index: number, by: number) => {
    cells[index] = (cells[index] ?? 0) + by;
  };
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= Math.min(size - 1, row + 1); column++) cells[at(row, column)] = 1;
  }
  for (let i = 0; i < size; i++) {
    add(at(i, 0), -(h ** (i + 1)));
    add(at(size - 1, i), -(h ** (size - i)));
  }
  if (2 * h > 1) add(at(size - 1, 0), (2 * h - 1) ** size);
  for (let row = 0; row < size; row++) {
    let factorial = 1;
    // Along a row, from right to left, the divisor (row - column + 1)! grows by one factor a step.
    for (let column = row; column >= 0; column--) {
      factorial *= row - column + 1;
      cells[at(row, column)] = (cells[at(row, column)] ?? 0) / factorial;
    }
  }
  return cells;
}

/** A square matrix times 10^exponent. */
interface Scaled {
  readonly size: number;
  readonly cells: Float64Array;
  readonly exponent: number;
}

const cell = ({ size, cells }: Scaled, row: number, column: number) => cells[row * size + column] ?? 0;

function raise(matrix: Scaled, power: number): Scaled {
  if (power === 1) return matrix;
  const half = raise(matrix, power >> 1);
  const square = multiply(half, half);
  return rescaled(power % 2 === 0 ? square : multiply(matrix, square));
}

function rescaled(matrix: Scaled): Scaled {
  const middle = (matrix.size - 1) / 2;
  if (cell(matrix, middle, middle) <= RESCALE) return matrix;
  return { ...matrix, cells: matrix.cells.map((value) => value / RESCALE), exponent: matrix.exponent + 140 };
}

function multiply(left: Scaled, right: Scaled): Scaled {
  const { size } = left;
  const cells = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < size; inner++) {
      const factor = left.cells[row * size + inner] ?? 0;
      if (factor === 0) continue;
      for (let column = 0; column < size; column++) {
        const index = row * size + column;
        cells[index] = (cells[index] ?? 0) + factor * (right.cells[inner * size + column] ?? 0);
      }
    }
  }
  return { size, cells, exponent: left.exponent + right.exponent };
}
