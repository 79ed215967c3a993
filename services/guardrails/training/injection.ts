// Trains the classifier of prompt injections and reports on it; the same data gives the same file.
// npm run train -- injection --data FOLDER
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeModel } from '../src/detector/classifier/linear-model.js';
import { calibrate, crossValidate } from './injection/cross-validation.js';
import { Material } from './injection/material.js';
import { LABELS } from './injection/sample.js';
import { SHAPE, TRAINER } from './injection/settings.js';
import { crossValidationTable, flaggedTable, judgeRows, obfuscationTable } from './injection/tables.js';
import { buildModel } from './kit/build-model.js';
import { DataFolder } from './kit/rows.js';
import { trainMargins } from './kit/margin-trainer.js';

const { values } = parseArgs({
  options: { data: { type: 'string' }, out: { type: 'string', default: 'models/injection.bin' } },
});
const data = new DataFolder(values.data ?? '.');
const material = new Material(data, SHAPE);
const say = (text: string): void => void process.stdout.write(`${text}\n\n`);

const heads = LABELS.map((name) => {
  const scores = crossValidate(material, name);
  const { slope, offset } = calibrate(name, scores);
  if (name === 'direct') say(`## Cross-validation: prompts\n\n${crossValidationTable(scores, offset)}`);
  if (name === 'indirect') {
    const documents = scores.filter(({ row }) => row.row.file === 'indirect_documents');
    say(`## Cross-validation: documents\n\n${crossValidationTable(documents, offset)}`);
  }
  return { name, slope, offset, head: trainMargins(material.examples(name, undefined), SHAPE, TRAINER) };
});

const provenance = Object.fromEntries([...data.sha256].map(([file, sha256]) => [`${file}.jsonl`, sha256]));
const file = writeModel(buildModel('prompt-injection', SHAPE, heads, provenance));
writeFileSync(values.out, file);

const heldOut = material.rows.filter((row) => row.heldOut);
say(`## Held-out part, by the shipped check\n\n${flaggedTable(judgeRows(heldOut, file))}`);
const unseen = material.rows.filter((row) => !row.trainable);
say(`## Never trained on, by the shipped check\n\n${flaggedTable(judgeRows(unseen, file))}`);
const attacks = heldOut.filter((row) => row.row.file === 'injection_attacks');
const harmless = heldOut.filter((row) => row.row.label !== 'attack' && row.row.file !== 'indirect_documents');
say(`## Obfuscations of the held-out part\n\n${obfuscationTable(attacks, harmless, file)}`);
for (const [name, sha256] of data.sha256) say(`${name}.jsonl ${sha256}`);
say(`${values.out} ${file.length} bytes, sha256 ${createHash('sha256').update(file).digest('hex')}`);
