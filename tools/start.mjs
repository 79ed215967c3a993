import { enter } from './prepare/enter.mjs';

await enter('start/main.js', { infrastructure: true, model: true });
