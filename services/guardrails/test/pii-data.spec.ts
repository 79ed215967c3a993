import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { piiDetectors } from '../src/detector/pii/pii-catalogue.js';
import { secretDetectors } from '../src/detector/secret/secret-catalogue.js';
import type { Match } from '../src/filter/detector-slot.js';
import { Scanner, scanWhole } from '../src/filter/scanner.js';

/** Labelled texts that lie beside the repository: without them there is nothing to measure. */
const FOLDER = new URL('../../../../shared/data/guardrails/', import.meta.url);
const DATA = new URL('pii.jsonl.gz', FOLDER);
const BENIGN = ['benign_prompts.jsonl', 'overdefense_notinject.jsonl', 'overdefense_mitre_frr.jsonl'];
/** What Presidio finds there, written by bench/guardrails/presidio-agreement.py; rows without any are left out. */
const PRESIDIO = new URL('presidio-spans.jsonl', import.meta.url);
const THRESHOLD = 0.5;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly spans: readonly Span[];
}

/** Types of the data by detector, where the two are not called alike. */
const TYPES: Readonly<Record<string, string>> = {
  'pii.phone_plain': 'phone',
  'pii.card': 'credit_card',
  'pii.card_glued': 'credit_card',
  'pii.us_ssn_plain': 'us_ssn',
  'pii.br_cpf_plain': 'br_cpf',
  'pii.se_personnummer_plain': 'se_personnummer',
  'secret.generic_key': 'password',
  'secret.private_key_indented': 'private_key',
  'secret.private_key_end': 'private_key',
};

/** Types with a checksum that both know, by Presidio's name. */
const ENTITIES: Readonly<Record<string, string>> = {
  btc_address: 'CRYPTO',
  credit_card: 'CREDIT_CARD',
  de_tax_id: 'DE_TAX_ID',
  es_dni: 'ES_NIF',
  es_nie: 'ES_NIE',
  iban: 'IBAN_CODE',
  in_aadhaar: 'IN_AADHAAR',
  it_codice_fiscale: 'IT_FISCAL_CODE',
  pl_pesel: 'PL_PESEL',
  se_personnummer: 'SE_PERSONNUMMER',
  uk_nhs: 'UK_NHS',
  us_routing: 'ABA_ROUTING_NUMBER',
};

/** Spans of Presidio by row, as `key` writes them. */
function readPresidio(): Map<string, Set<string>> {
  const lines = readFileSync(PRESIDIO, 'utf8').trim().split('\n');
  const rows = lines.map(
    (line) => JSON.parse(line) as { id: string; spans: { start: number; end: number; entity: string }[] },
  );
  return new Map(
    rows.map(({ id, spans }) => [id, new Set(spans.map(({ entity, ...span }) => key({ ...span, type: entity })))]),
  );
}

function readRows(): Row[] {
  const lines = gunzipSync(readFileSync(DATA)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
}

/** One span for what overlaps: the highest score names it, then the longest; parts of one type are put together. */
function resolved(matches: readonly Match[]): Span[] {
  const spans: Span[] = [];
  const counted = matches.filter((match) => match.score >= THRESHOLD);
  counted.sort((one, other) => other.score - one.score || other.end - other.start - (one.end - one.start));
  for (const { detector, start, end } of counted) {
    const type = TYPES[detector.id] ?? detector.id.replace(/^\w+\./, '');
    const at = spans.findIndex((span) => start < span.end && span.start < end);
    const other = spans[at];
    if (!other) spans.push({ start, end, type });
    else if (other.type === type) {
      spans[at] = { start: Math.min(start, other.start), end: Math.max(end, other.end), type };
    }
  }
  return spans;
}

const key = ({ start, end, type }: Span): string => `${start}-${end} ${type}`;

describe('what Presidio finds', () => {
  it('is kept as spans by row and kind', () => {
    const kept = readPresidio();
    expect(kept.size).toBeGreaterThan(200);
    for (const [id, spans] of kept) expect([id, spans.size > 0]).toEqual([expect.stringMatching(/^pii-/), true]);
  });
});

/** Without the texts there is nothing to measure; a test that cannot run is none. */
const measured: typeof describe | undefined = existsSync(DATA) ? describe : undefined;

measured?.('personal data and secrets in labelled texts', () => {
  const scanner = Scanner.compile([...piiDetectors, ...secretDetectors]);
  const results = (existsSync(DATA) ? readRows() : []).map((row) => ({
    row,
    found: resolved(scanWhole(scanner, row.text)),
  }));

  it('finds every type with exact spans', () => {
    const types = [...new Set(results.flatMap(({ row }) => row.spans.map((span) => span.type)))].sort();
    const table = types.map((type) => {
      let [expected, reported, hits] = [0, 0, 0];
      for (const { row, found } of results) {
        const wanted = new Set(row.spans.filter((span) => span.type === type).map(key));
        const got = found.filter((span) => span.type === type);
        expected += wanted.size;
        reported += got.length;
        hits += got.filter((span) => wanted.has(key(span))).length;
      }
      return { type, expected, recall: hits / expected, precision: hits / Math.max(reported, 1) };
    });
    console.table(table);
    expect(types).toHaveLength(28);
    expect(table.filter(({ recall }) => recall < 0.98)).toEqual([]);
    expect(table.filter(({ precision }) => precision < 0.94)).toEqual([]);
  });

  it('finds nothing in texts without any, but cards within numbers that are no IBAN', () => {
    const alarms = results.filter(({ row, found }) => row.spans.length === 0 && found.length > 0);
    expect(alarms.flatMap(({ found }) => found).filter((span) => span.type !== 'credit_card')).toEqual([]);
    // Luhn lets one number in ten through: two of the 87 lookalikes hold sixteen digits that are a card's.
    expect(alarms.length).toBeLessThanOrEqual(2);
  });

  it('agrees with Presidio on labelled values with a checksum, and on numbers that look like them', () => {
    const presidio = readPresidio();
    let [asked, same] = [0, 0];
    for (const { row, found } of results) {
      const theirs = presidio.get(row.id) ?? new Set();
      const ours = new Set(found.map((span) => key({ ...span, type: ENTITIES[span.type] ?? '' })));
      for (const span of row.spans) {
        const entity = ENTITIES[span.type];
        if (!entity) continue;
        asked += 1;
        if (ours.has(key({ ...span, type: entity })) === theirs.has(key({ ...span, type: entity }))) same += 1;
      }
      const lookalike = ENTITIES[row.kind.replace('lookalike/', '')];
      if (!lookalike || row.spans.length) continue;
      const names = (spans: Set<string>): boolean => [...spans].some((span) => span.endsWith(` ${lookalike}`));
      asked += 1;
      if (names(ours) === names(theirs)) same += 1;
    }
    console.log(`Presidio answers alike in ${same} of ${asked} cases.`);
    expect(asked).toBeGreaterThanOrEqual(280);
    expect(same / asked).toBeGreaterThanOrEqual(0.98);
  });

  it('finds hardly anything in ordinary requests, code among them', () => {
    const lines = BENIGN.flatMap((file) => readFileSync(new URL(file, FOLDER), 'utf8').trim().split('\n'));
    const alarms = lines.flatMap((line) => {
      const { id, text } = JSON.parse(line) as { id: string; text: string };
      return resolved(scanWhole(scanner, text)).map((span) => `${id} ${span.type}`);
    });
    console.log(`${alarms.length} alarms in ${lines.length} requests:`, alarms);
    expect(lines.length).toBeGreaterThan(1_500);
    expect(alarms.length / lines.length).toBeLessThanOrEqual(0.005);
  });
});
