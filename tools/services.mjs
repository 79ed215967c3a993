import { enter } from './prepare/enter.mjs';

await enter('services/main.js', { infrastructure: true, model: true });
