import { CodePoints } from './code-points.js';
import type { Detection } from '../inspection/detection.js';

/** A detection without a place, as the detector API writes it. */
export function placelessDetection({ detection, detectionType, score, detector, hazard, owasp }: Detection) {
  return {
    detection_type: detectionType,
    detection,
    score,
    evidence: [{ name: 'detector', value: detector, score }],
    metadata: {
      ...(hazard ? { hazard } : {}),
      ...(owasp ? { owasp } : {}),
    },
  };
}

/** A detection with its place in a text, in Unicode code points. */
export function placedDetection(found: Detection, points: CodePoints) {
  return { start: points.at(found.start), end: points.at(found.end), text: found.text, ...placelessDetection(found) };
}

export type PlacedDetection = ReturnType<typeof placedDetection>;

/** All detections in one text. */
export function placedDetections(found: readonly Detection[], text: string): PlacedDetection[] {
  if (found.length === 0) return [];
  const points = new CodePoints(text);
  return found.map((detection) => placedDetection(detection, points));
}
