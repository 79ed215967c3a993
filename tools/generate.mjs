import { enter } from './prepare/enter.mjs';

await enter('generate/main.js', { protoCode: true });
