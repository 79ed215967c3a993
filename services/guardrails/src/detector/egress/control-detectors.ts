import type { DetectorSpec } from '../detector.js';
import { egressSpec } from './egress-spec.js';

/** Not nothing: what stands on both sides must not become one word, `<scr` and `ipt>` for example. */
const CONTROL_REPLACEMENT = '\ufffd';

const CSI = String.raw`(\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`;
/** OSC, DCS, SOS, PM, APC: a string up to its terminator. */
const STRING = String.raw`(\x1b[\]PX\^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(\x07|\x1b\\|\x9c)`;
/** One letter or digit after the escape, with intermediates; not what begins a longer sequence. */
const SHORT = String.raw`\x1b[ -/]*[0-OQ-WYZ\\\x60-~]`;
const SINGLE = String.raw`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]`;

const ESCAPED = String.raw`\\(x1b|0?33|u001b|u\{1b\}|u0000001b|27|e)`;

export function controlDetectors(): readonly DetectorSpec[] {
  const more = { owasp: 'LLM05', maxLength: 512, replacement: CONTROL_REPLACEMENT } as const;
  return [
    // ECMA-48 sequences and every control character but tab, line feed and carriage return.
    egressSpec({ ...more, id: 'egress.control', entity: 'CONTROL', pattern: [CSI, STRING, SHORT, SINGLE].join('|') }),
    // The same written out, as programs that print it would read it.
    egressSpec({
      ...more,
      id: 'egress.escaped_control',
      entity: 'ESCAPED_CONTROL',
      pattern: String.raw`${ESCAPED}(\[[0-?]*[ -/]*[@-~]|[\[\]])|\\(x9[bd]|u009[bd])`,
      maxLength: 96,
    }),
  ];
}
