import { linkV1 } from '@weir/contracts';

type Frame = linkV1.Frame;
type Step = NonNullable<Frame['step']>;

/** A step in its wire form: the tag of its field in Frame, and its bytes. */
interface EncodedStep {
  readonly tag: number;
  readonly body: Uint8Array;
}

const FRAMES_TAG = 0x0a;
const CALL_ID_TAG = 0x08;
const TAGS = { open: 0x12, message: 0x1a, halfClose: 0x22, cancel: 0x2a, credit: 0x32, status: 0x3a } as const;
const NOTHING = new Uint8Array();

/**
 * Both directions of Connect have the same wire form: repeated frames in field 1. Written into one buffer of the exact
 * size, without the growing writers of the generated codec; the proto stays the contract, and a test holds both against
 * each other.
 */
export function encodeBatch(frames: readonly Frame[]): Buffer {
  const steps: (EncodedStep | undefined)[] = [];
  const sizes: number[] = [];
  let total = 0;
  for (const { callId, step } of frames) {
    const encoded = step && encodeStep(step);
    const size = frameSize(callId, encoded);
    steps.push(encoded);
    sizes.push(size);
    total += 1 + varintSize(size) + size;
  }
  const batch = Buffer.allocUnsafe(total);
  let at = 0;
  frames.forEach(({ callId }, index) => {
    batch[at] = FRAMES_TAG;
    at = writeVarint(batch, at + 1, sizes[index] ?? 0);
    at = writeFrame(batch, at, callId, steps[index]);
  });
  return batch;
}

/** Throws on bytes that are no batch. */
export function decodeBatch(bytes: Buffer): Frame[] {
  return linkV1.ConnectRequest.decode(bytes).frames;
}

function writeFrame(batch: Buffer, start: number, callId: number, step: EncodedStep | undefined): number {
  let at = start;
  if (callId !== 0) {
    batch[at] = CALL_ID_TAG;
    at = writeVarint(batch, at + 1, callId);
  }
  if (!step) return at;
  batch[at] = step.tag;
  at = writeVarint(batch, at + 1, step.body.length);
  batch.set(step.body, at);
  return at + step.body.length;
}

function frameSize(callId: number, step: EncodedStep | undefined): number {
  const id = callId === 0 ? 0 : 1 + varintSize(callId);
  return step ? id + 1 + varintSize(step.body.length) + step.body.length : id;
}

function encodeStep(step: Step): EncodedStep {
  return { tag: TAGS[step.$case], body: bodyOf(step) };
}

function bodyOf(step: Step): Uint8Array {
  switch (step.$case) {
    case 'message':
      return step.value;
    case 'halfClose':
    case 'cancel':
      return NOTHING;
    case 'open':
      return linkV1.Open.encode(step.value).finish();
    case 'credit':
      return linkV1.Credit.encode(step.value).finish();
    case 'status':
      return isPlainOk(step.value) ? NOTHING : linkV1.Status.encode(step.value).finish();
  }
}

function isPlainOk(status: linkV1.Status): boolean {
  return (
    status.code === 0 &&
    !status.message &&
    !status.errorCode &&
    !status.param &&
    !status.retryAfterMs &&
    !status.detailsJson
  );
}

function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** An unsigned 32-bit number; gives the position behind it. */
function writeVarint(batch: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    batch[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  batch[at++] = rest;
  return at;
}
