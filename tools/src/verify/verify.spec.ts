import { describe, expect, it } from 'vitest';
import { root } from '../generate/root.js';
import { runCommand } from './command.js';
import { report } from './report.js';
import { verifySteps } from './steps.js';

describe('verify', () => {
  it('tells every step with its time, and the output of those that failed', () => {
    const text = report([
      { name: 'format', passed: true, seconds: 1.25, output: 'fine' },
      { name: 'lint', passed: false, seconds: 2, output: 'line 3 is wrong\n' },
    ]);
    expect(text).toMatch(/✓ format\s+1\.3 s/);
    expect(text).toMatch(/✗ lint\s+2\.0 s/);
    expect(text).toContain('── lint ──\nline 3 is wrong');
    expect(text).not.toContain('fine');
    expect(text).toMatch(/in all\s+3\.3 s: lint failed/);
  });

  it('says that all hold', () => {
    expect(report([{ name: 'format', passed: true, seconds: 1, output: '' }])).toMatch(/all hold/);
  });

  it('has a step for each promise', () => {
    const names = verifySteps(root).map(({ name }) => name);
    expect(names).toEqual([
      'format',
      'lint',
      'protos',
      'types',
      'types of tests',
      'generated files',
      'boundaries',
      'unit tests',
    ]);
  });

  it('takes the exit status of a command, and a command that is missing, for a result', async () => {
    expect(await runCommand(root, 'node', ['-e', 'console.log(1)'])).toEqual({ passed: true, output: '1\n' });
    expect((await runCommand(root, 'node', ['-e', 'process.exit(3)'])).passed).toBe(false);
    expect((await runCommand(root, 'no-such-command', [])).passed).toBe(false);
  });
});
