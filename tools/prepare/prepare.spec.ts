import { describe, expect, it } from 'vitest';
import { matches } from './install.mjs';
import { step } from './progress.mjs';
import { javaMajor, requireMemory, requireNode } from './requirements.mjs';

describe('what is installed', () => {
  const wanted = {
    '': { version: '1.0.0' },
    'libs/config': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b-windows': { version: '2.0.0', optional: true },
  };

  it('matches without the packages of other platforms', () => {
    expect(matches(wanted, { 'libs/config': { version: '0.1.0' }, 'node_modules/a': { version: '1.0.0' } })).toBe(true);
  });

  it('does not match with another version, without a package or with one too many', () => {
    expect(matches(wanted, { 'node_modules/a': { version: '1.0.1' } })).toBe(false);
    expect(matches(wanted, {})).toBe(false);
    expect(matches(wanted, { 'node_modules/a': { version: '1.0.0' }, 'node_modules/c': { version: '1.0.0' } })).toBe(
      false,
    );
  });
});

describe('requirements', () => {
  it('read the version of Java, old style and new', () => {
    expect(javaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17);
    expect(javaMajor('java version "1.8.0_402"')).toBe(8);
    expect(javaMajor('openjdk version "21" 2023-09-19')).toBe(21);
    expect(javaMajor('not java')).toBe(0);
  });

  it('name the Node.js that is needed', () => {
    for (const enough of ['20.19.0', '22.0.0', '24.21.0']) expect(() => requireNode(enough)).not.toThrow();
    for (const old of ['18.20.0', '20.18.9']) expect(() => requireNode(old)).toThrow('Node.js 20.19 or newer');
  });
});

describe('memory', () => {
  it('must suffice for all servers and the model', () => {
    expect(() => requireMemory(2 * 1024 ** 3)).not.toThrow();
    expect(() => requireMemory(1.9 * 1024 ** 3)).toThrow('2.0 GiB of free memory are needed, 1.9 GiB are left');
  });
});

describe('a step', () => {
  const terminal = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, written, write: (text: string) => written.push(text) };
  };

  it('writes plain lines where nobody watches', async () => {
    const stream = terminal(false);
    expect(await step('Building', async () => 7, stream)).toBe(7);
    expect(stream.written.join('')).toMatch(/^… Building\n✔ Building \(\d+\.\d s\)\n$/);
  });

  it('turns a spinner on a terminal and marks a failure', async () => {
    const stream = terminal(true);
    const work = async () => {
      throw new Error('no');
    };
    await expect(step('Building', work, stream)).rejects.toThrow('no');
    expect(stream.written.at(-1)).toBe('\r\u001b[K✖ Building\n');
  });
});
