import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './run.js';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/** Licences under which a package may run with Chancery; an expression with OR needs one of them, with AND all. */
const ALLOWED =
  /^(0BSD|Apache-2\.0|BlueOak-1\.0\.0|BSD-2-Clause|BSD-3-Clause|CC0-1\.0|ISC|MIT|MIT-0|PostgreSQL|Python-2\.0|Unlicense|WTFPL|Zlib)$/;

/** Packages that hold fonts and nothing that runs: the licence of fonts binds fonts, not the documents and programs that use them. */
const FONTS = /^node_modules\/(@embedpdf\/fonts-|@fontsource\/)/;

/** What a package's own licence text says where its manifest names no licence of the SPDX list; read for this version. */
const READ_IN_TEXT: Readonly<Record<string, string>> = { 'node_modules/duck 0.1.12': 'BSD-2-Clause' };

function licenceOf(path: string, { version, license }: LockedPackage): string | undefined {
  return READ_IN_TEXT[`${path} ${version ?? ''}`] ?? license;
}

function isAllowed(licence: string, path: string): boolean {
  if (FONTS.test(path)) return licence === 'OFL-1.1';
  const text = licence.replace(/[()]/g, '');
  return text.split(' OR ').some((choice) => choice.split(' AND ').every((part) => ALLOWED.test(part.trim())));
}

test('nothing that runs with Chancery is under a licence that would bind it', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const bad = Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path, locked]) => ({ path, licence: licenceOf(path, locked) }))
    .filter(({ licence, path }) => licence === undefined || !isAllowed(licence, path))
    .map(({ path, licence }) => `${path}: ${licence ?? 'none stated'}`);
  expect(bad).toEqual([]);
});

test('the lock file names no download address', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"/);
});
