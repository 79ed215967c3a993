const RATE_BYTES = 136;
const MASK = (1n << 64n) - 1n;

/**
 * Keccak-256 of an ASCII text, in hex, as Ethereum uses it: with the padding of before FIPS 202, which is why it is not
 * the SHA3-256 of `node:crypto`.
 */
export function keccak256(text: string): string {
  const padded = Buffer.alloc(Math.ceil((text.length + 1) / RATE_BYTES) * RATE_BYTES);
  padded.write(text, 'latin1');
  padded[text.length]! ^= 0x01;
  padded[padded.length - 1]! ^= 0x80;
  const lanes = new Array<bigint>(25).fill(0n);
  for (let block = 0; block < padded.length; block += RATE_BYTES) {
    for (let lane = 0; lane < RATE_BYTES / 8; lane++) {
      lanes[lane] = lanes[lane]! ^ padded.readBigUInt64LE(block + lane * 8);
    }
    permute(lanes);
  }
  const hash = Buffer.alloc(32);
  for (let lane = 0; lane < 4; lane++) hash.writeBigUInt64LE(lanes[lane]!, lane * 8);
  return hash.toString('hex');
}

function rotate(lane: bigint, bits: number): bigint {
  return bits === 0 ? lane : ((lane << BigInt(bits)) | (lane >> BigInt(64 - bits))) & MASK;
}

/** Keccak-f[1600]; the round constants come from their shift register, the rotations from the walk of rho and pi. */
function permute(lanes: bigint[]): void {
  let register = 1;
  for (let round = 0; round < 24; round++) {
    theta(lanes);
    rhoAndPi(lanes);
    chi(lanes);
    for (let bit = 0; bit < 7; bit++) {
      if (register & 1) lanes[0] = lanes[0]! ^ (1n << BigInt((1 << bit) - 1));
      register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1;
    }
  }
}

function theta(lanes: bigint[]): void {
  const columns = [0, 1, 2, 3, 4].map((x) => [0, 5, 10, 15, 20].reduce((sum, y) => sum ^ lanes[x + y]!, 0n));
  for (let lane = 0; lane < 25; lane++) {
    lanes[lane] = lanes[lane]! ^ columns[(lane + 4) % 5]! ^ rotate(columns[(lane + 1) % 5]!, 1);
  }
}

function rhoAndPi(lanes: bigint[]): void {
  let [x, y] = [1, 0];
  let carried = lanes[1]!;
  for (let turn = 0; turn < 24; turn++) {
    [x, y] = [y, (2 * x + 3 * y) % 5];
    const place = x + 5 * y;
    const next = lanes[place]!;
    lanes[place] = rotate(carried, (((turn + 1) * (turn + 2)) / 2) % 64);
    carried = next;
  }
}

function chi(lanes: bigint[]): void {
  for (let row = 0; row < 25; row += 5) {
    const before = lanes.slice(row, row + 5);
    for (let x = 0; x < 5; x++) {
      lanes[row + x] = before[x]! ^ (~before[(x + 1) % 5]! & MASK & before[(x + 2) % 5]!);
    }
  }
}
