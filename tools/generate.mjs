import { enter } from './prepare/enter.mjs';

await enter('generate.js');
