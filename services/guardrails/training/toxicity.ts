// Trains the classifier of toxicity and hazards and reports on it; the same data gives the same file.
// npm run train -- toxicity --data FOLDER
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeModel } from '../src/detector/classifier/linear-model.js';
import { DataFolder } from './kit/rows.js';
import { readCorpus } from './toxicity/corpus.js';
import { crossValidationTable, reportOf } from './toxicity/report.js';
import { FOLDS, SHAPE, train } from './toxicity/train.js';

const { values } = parseArgs({
  options: { data: { type: 'string' }, out: { type: 'string', default: 'models/toxicity.bin' } },
});
const data = new DataFolder(values.data ?? '.');
const corpus = readCorpus(data, SHAPE, FOLDS);
const provenance = Object.fromEntries([...data.sha256].map(([file, sha256]) => [`${file}.jsonl`, sha256]));
const { model, margins } = train(corpus, provenance);
const file = writeModel(model);
writeFileSync(values.out, file);

process.stdout.write(`${reportOf(corpus, file)}\n\n${crossValidationTable(margins)}\n`);
