import { enter } from './prepare/enter.mjs';

await enter('verify/main.js');
