import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { root } from './run.js';

interface Size {
  readonly name: string;
  readonly lines: number;
}

const sources = ['apps', 'libs', 'test']
  .flatMap((top) => readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((path) => join(top, path)))
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('generated.ts') && !path.includes('node_modules'));

const isOfTests = (path: string): boolean => path.startsWith('test') || path.endsWith('.spec.ts');

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** Lines of every function, method and arrow with a block body, from its signature to its closing brace; stories apart. */
function functionSizes(path: string): Size[] {
  const file = parse(path);
  const sizes: Size[] = [];
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && ts.isBlock(node.body) && !isStory(node)) {
      const name = `${path}:${lineOf(node.getStart()) + 1}`;
      sizes.push({ name, lines: lineOf(node.getEnd()) - lineOf(node.getStart()) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return sizes;
}

/** A function that declares tests is as long as they are many; each of them is measured. */
function isStory(node: ts.Node): boolean {
  if (ts.isCallExpression(node) && /^test\b/.test(node.expression.getText())) return true;
  return ts.forEachChild(node, (child) => isStory(child) || undefined) ?? false;
}

function quantile(sorted: readonly Size[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)]?.lines ?? 0;
}

describe('sizes', () => {
  const sizes = sources
    .filter((path) => !isOfTests(path))
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

  test('no function of a test is over 70 lines', () => {
    const ofTests = sources.filter(isOfTests).flatMap(functionSizes);
    expect(ofTests.length).toBeGreaterThan(1000);
    expect(ofTests.filter(({ lines }) => lines > 70)).toEqual([]);
  });

  test('no file is over 500 lines', () => {
    const long = sources.filter(
      (path) => !isOfTests(path) && readFileSync(join(root, path), 'utf8').split('\n').length > 500,
    );
    expect(long).toEqual([]);
  });
});
