import { enter } from './prepare/enter.mjs';

await enter('train/main.js', { infrastructure: false, model: false });
