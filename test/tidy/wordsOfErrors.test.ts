import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ERROR_REMEDIES } from '#contracts';

import { NOTICE_KINDS } from '../../libs/client/src/conversation/noticeKinds.js';
import { root } from './run.js';

const TEXTS = join(root, 'apps', 'web', 'src', 'text');
const LANGUAGES = ['en', 'fr', 'ar', 'ru', 'uz'];
/** What only the command line meets: founding, starting, backing up. No page can be open then. */
const NEVER_IN_A_PAGE = [
  ...['ALREADY_FOUNDED', 'FOUNDING_TOKEN_INVALID', 'USAGE', 'CONFIG_INVALID', 'PORT_TAKEN'],
  ...['DATABASE_NEWER', 'BACKUP_DAMAGED', 'PLACE_IN_USE'],
];

function textsOf(language: string): Readonly<Record<string, string>> {
  const folder = join(TEXTS, language);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, string>;
  return Object.assign({}, ...files.map(read)) as Record<string, string>;
}

const namesIn = (texts: Readonly<Record<string, string>>, area: string): string[] =>
  Object.keys(texts).flatMap((name) => (name.startsWith(`${area}.`) ? [name.slice(area.length + 1)] : []));

describe.each(LANGUAGES)('in %s', (language) => {
  const texts = textsOf(language);

  test('every error that can reach a page has words', () => {
    const codes = Object.keys(ERROR_REMEDIES).filter((code) => !NEVER_IN_A_PAGE.includes(code));
    expect(codes.filter((code) => !texts[`trouble.${code}`])).toEqual([]);
  });

  test('no words stand for an error that nothing gives', () => {
    const others = namesIn(texts, 'trouble').filter((code) => code !== 'other' && !(code in ERROR_REMEDIES));
    expect(others).toEqual([]);
  });

  test('every notice of a conversation has words, and there are no others', () => {
    expect(namesIn(texts, 'notice').sort()).toEqual([...NOTICE_KINDS].sort());
  });
});
