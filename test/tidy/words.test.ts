import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { root } from './run.js';

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => /\.(ts|tsx|mjs|cjs|json|md|yml|css|html)$/.test(path) && path !== 'package-lock.json')
  .filter((path) => existsSync(join(root, path)));

/** What must not stand in the tree, and why; assembled from pieces so that this file does not find itself. */
const UNWANTED: [RegExp, string][] = [
  [new RegExp(`/(${['wo' + 'rk', 'ho' + 'me/[a-z]', 'tm' + 'p/[a-z]'].join('|')})/`), 'a path of one machine'],
  [new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`), 'something left undone'],
  [new RegExp(['eslint' + '-disable', '@ts-' + 'ignore', '@ts-' + 'nocheck'].join('|')), 'a check switched off'],
];

test.each(UNWANTED)('no file holds %s (%s)', (pattern) => {
  const found = tracked.filter((path) => pattern.test(readFileSync(join(root, path), 'utf8')));
  expect(found).toEqual([]);
});

test('every link between the pages leads somewhere', () => {
  const broken = tracked
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => ({
        path,
        target: match[1] ?? '',
      })),
    )
    .filter(({ path, target }) => !existsSync(join(root, dirname(path), target)));
  expect(broken).toEqual([]);
});

test('every script that a page names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = tracked
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/npm run (?:-s )?([a-z:]+)/g)].map((match) => match[1] ?? ''),
    );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
