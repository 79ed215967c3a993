import { enter } from './prepare/enter.mjs';

await enter('test/main.js', { infrastructure: true, model: true });
