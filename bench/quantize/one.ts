// One quantization in a process of its own, so that its peak memory is its own: prints the result as JSON.
import { quantizationName, quantizeFile } from '@weir/gguf';

const [input = '', output = '', type = ''] = process.argv.slice(2);
const started = performance.now();
const result = await quantizeFile({ input, output, type: quantizationName(type) });
const seconds = (performance.now() - started) / 1_000;
process.stdout.write(JSON.stringify({ ...result, seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));
