import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { root } from './run.js';

interface Size {
  readonly name: string;
  readonly lines: number;
}

function shippedFiles(): string[] {
  return ['apps', 'libs']
    .flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((path) => join(top, path)),
    )
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.endsWith('generated.ts'));
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** Lines of every function, method and arrow with a block body, from its signature to its closing brace. */
function functionSizes(path: string): Size[] {
  const file = parse(path);
  const sizes: Size[] = [];
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && ts.isBlock(node.body)) {
      const name = `${path}:${lineOf(node.getStart()) + 1}`;
      sizes.push({ name, lines: lineOf(node.getEnd()) - lineOf(node.getStart()) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return sizes;
}

function quantile(sorted: readonly Size[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)]?.lines ?? 0;
}

describe('sizes', () => {
  const sizes = shippedFiles()
    .flatMap(functionSizes)
    .sort((a, b) => a.lines - b.lines);

  test('the median function is under 10 lines', () => {
    expect(quantile(sizes, 0.5)).toBeLessThan(10);
  });

  test('nine of ten functions are under 35 lines', () => {
    expect(quantile(sizes, 0.9)).toBeLessThan(35);
  });

  test('no function is over 70 lines', () => {
    expect(sizes.filter(({ lines }) => lines > 70)).toEqual([]);
  });

  test('no file is over 500 lines', () => {
    const long = shippedFiles().filter((path) => readFileSync(join(root, path), 'utf8').split('\n').length > 500);
    expect(long).toEqual([]);
  });
});
