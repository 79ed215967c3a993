import { enter } from './prepare/enter.mjs';

await enter('service/main.js');
