import { CodePoints } from '../wire/code-points.js';
import { placedDetection, placelessDetection } from '../wire/detection-wire.js';
import type { Detection } from '../inspection/detection.js';

/** A detection without a place, with the id under which it was asked for. */
export function placelessResult(found: Detection) {
  const { detection_type, detection, score, evidence, metadata } = placelessDetection(found);
  return { detection_type, detection, detector_id: found.detectorId, score, evidence, metadata };
}

/** A detection with its place, in code points. `from`: code points of the whole text before this part of it. */
export function placedResult(found: Detection, points: CodePoints, from = 0) {
  const { start, end, text, ...rest } = placedDetection(found, points);
  return { start: start + from, end: end + from, text, detector_id: found.detectorId, ...rest };
}

export type PlacedResult = ReturnType<typeof placedResult>;

/** All detections in one text, by place. */
export function placedResults(found: readonly Detection[], text: string, from = 0): PlacedResult[] {
  if (found.length === 0) return [];
  const points = new CodePoints(text);
  return found.map((detection) => placedResult(detection, points, from)).sort(byStart);
}

function byStart(one: PlacedResult, other: PlacedResult): number {
  return one.start - other.start || one.end - other.end;
}

export interface Warning {
  readonly type: WarningType;
  readonly message: string;
}

export type WarningType = 'UNSUITABLE_INPUT' | 'UNSUITABLE_OUTPUT' | 'EMPTY_OUTPUT';

type Whole = Exclude<WarningType, 'EMPTY_OUTPUT'>;

const MESSAGES: Readonly<Record<Whole, string>> = {
  UNSUITABLE_INPUT:
    'Unsuitable input detected. Please check the detected entities on your input and try again with the unsuitable input removed.',
  UNSUITABLE_OUTPUT: 'Unsuitable output detected.',
};

/** A warning of the completion doors. */
export function warningOf(type: Whole): Warning {
  return { type, message: MESSAGES[type] };
}

/** The warning that a choice has nothing to be inspected. */
export function emptyWarning(choice: number): Warning {
  return {
    type: 'EMPTY_OUTPUT',
    message: `Choice of index ${choice} has no content. Output detection was not executed`,
  };
}

/** The same on the doors of version 1. */
export function taskWarning({ type, message }: Warning) {
  return { id: type, message };
}
