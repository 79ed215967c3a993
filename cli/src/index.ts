export { runCli, type CliRun } from './run-cli.js';
