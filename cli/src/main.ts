import { runCli } from './run-cli.js';

process.exitCode = await runCli({ args: process.argv.slice(2), out: process.stdout, err: process.stderr });
