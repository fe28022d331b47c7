import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { rules } from './rules.js';

const root = join(import.meta.dirname, '..', '..', '..');
const ids = Object.keys(rules).sort();

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(root, folder, name));
}

const textOf = (paths: readonly string[]): string => paths.map((path) => readFileSync(path, 'utf8')).join('\n');

const idsIn = (text: string): string[] => [...new Set(text.match(/valn\d+/g) ?? [])].sort();

test('the README shows the rules as they stand in the code (`npm run rules` renews it)', () => {
  const check = (): unknown => execFileSync(process.execPath, [join(root, 'libs/mls/generate.mjs'), '--check']);
  expect(check).not.toThrow();
});

test('every rule has a test that is named after it, and no test is named after something else', () => {
  const files = [...filesUnder('libs/mls/src', '.spec.ts'), ...filesUnder('test/scenario', '.test.ts')];
  const titles = [...textOf(files).matchAll(/\btest\(\s*(['"`])(.*?)\1\s*,/g)].map((match) => match[2] ?? '');
  expect(idsIn(titles.join('\n'))).toEqual(ids);
});

test('every rule is enforced', () => {
  const files = filesUnder('libs/mls/src', '.ts').filter((path) => !/(\/rules|\.spec)\.ts$/.test(path));
  const code = textOf(files).replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
  expect(idsIn(code)).toEqual(ids);
});

test('ids begin with the digits of a section that the RFC has', () => {
  for (const [id, [, section]] of Object.entries(rules)) {
    expect(id).toMatch(/^valn\d{6}$/);
    expect(section).toMatch(/^\d{1,2}(\.\d{1,2}){0,3}$/);
  }
});
