// `npm run rules` writes the table of validation rules from src/rules.ts into README.md; with --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const readme = join(import.meta.dirname, 'README.md');
const source = join(import.meta.dirname, 'src', 'rules.ts');
const [begin, end] = ['<!-- rules: written by `npm run rules` -->', '<!-- end of rules -->'];

/** The rows of the object literal `rules`: id, section, sentence and error code, by id. */
function rows() {
  const file = ts.createSourceFile(source, readFileSync(source, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && ts.isArrayLiteralExpression(node.initializer)) {
      const [code, section, sentence] = node.initializer.elements.map((element) => element.text);
      found.push([`\`${node.name.text}\``, section, sentence, `\`${code}\``]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (found.length === 0) throw new Error(`no rules found in ${source}`);
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A table as Prettier lays it out. */
function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const row = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = lines;
  return [row(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(row)].join('\n');
}

const text = readFileSync(readme, 'utf8');
const [before, rest] = text.split(begin);
const after = rest?.split(end)[1];
if (after === undefined) throw new Error(`README.md has lost its marks: ${begin} and ${end}`);
const lines = [['Rule', 'Section', 'What holds', 'Error'], ...rows()];
const renewed = `${before}${begin}\n\n${table(lines)}\n\n${end}${after}`;

if (!process.argv.includes('--check')) {
  writeFileSync(readme, renewed);
} else if (renewed !== text) {
  console.error('libs/mls/README.md does not show the rules of src/rules.ts: run `npm run rules`');
  process.exitCode = 1;
}
