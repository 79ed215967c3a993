import { enter } from './prepare/enter.mjs';

await enter('bench/main.js', { infrastructure: true, model: true });
