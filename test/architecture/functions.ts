import { parseAst } from 'vitest/node';
import type { SourceFile } from './repository.js';

export interface FunctionSize {
  readonly place: string;
  readonly lines: number;
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
/** Blocks of tests hold many short functions and count as none. */
const TEST_BLOCK = /^(describe|it|test)(\.|$)/;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The length of every function of a file, in lines. */
export function functionSizes(file: SourceFile): FunctionSize[] {
  const starts = lineStarts(file.text);
  const found: FunctionSize[] = [];
  const visit = (value: unknown, isBlock: boolean): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, isBlock);
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node = value as Node & Record<string, unknown>;
    if (FUNCTIONS.has(node.type) && !isBlock) {
      const first = lineOf(starts, node.start);
      found.push({ place: `${file.path}:${first}`, lines: lineOf(starts, node.end) - first + 1 });
    }
    const called = node.type === 'CallExpression' ? file.text.slice(node.start, node.start + 20) : '';
    for (const [key, child] of Object.entries(node))
      visit(child, key === 'arguments' && TEST_BLOCK.test(called.split('(')[0] ?? ''));
  };
  visit(parseAst(file.text, { lang: 'ts' }), false);
  return found;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
