import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ERROR_REMEDIES } from '#contracts';
import { REASONS } from '#ingest';
import { POLICY_FAULTS } from '#policy';

import { NOTICE_KINDS } from '../../libs/client/src/conversation/noticeKinds.js';
import { root } from './run.js';

const TEXTS = join(root, 'apps', 'web', 'src', 'text');
const LANGUAGES = ['en', 'fr', 'ar', 'ru', 'uz'];
/** What only the command line meets: starting, backing up. No page can be open then. */
const NEVER_IN_A_PAGE = [
  ...['USAGE', 'CONFIG_INVALID', 'PORT_TAKEN'],
  ...['DATABASE_NEWER', 'BACKUP_DAMAGED', 'PLACE_IN_USE'],
];

type Texts = Readonly<Record<string, string>>;

const textsIn = (language: string, file: string): Texts =>
  JSON.parse(readFileSync(join(TEXTS, language, file), 'utf8')) as Texts;

function textsOf(language: string): Texts {
  const files = readdirSync(join(TEXTS, language)).filter((name) => name.endsWith('.json'));
  return Object.assign({}, ...files.map((file) => textsIn(language, file))) as Texts;
}

const namesIn = (texts: Texts, area: string): string[] =>
  Object.keys(texts).flatMap((name) => (name.startsWith(`${area}.`) ? [name.slice(area.length + 1)] : []));

/** The values that words ask for: of `{name}` and `{name, plural, …}`. */
const valuesIn = (words: string): string[] => [
  ...new Set([...words.matchAll(/\{(\w+)(?:\}|, )/gu)].map(([, name = '']) => name)),
];

/** The values that a page has for words of a code: English of a terminal is not among them, the words of an error are. */
function valuesFor(words: string): string[] {
  const names = valuesIn(words).filter((name) => name !== 'detail');
  return words.includes('{error}') ? [...names, 'why'] : names;
}

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

  test('every reason why a file did not become a paper has words, with its own values only', () => {
    expect(namesIn(texts, 'importReason').sort()).toEqual(Object.keys(REASONS).sort());
    for (const [code, words] of Object.entries(REASONS))
      expect([code, valuesFor(words)]).toEqual([
        code,
        expect.arrayContaining(valuesIn(texts[`importReason.${code}`] ?? '')),
      ]);
  });

  test('everything that can be wrong with a policy has words, with the values of the English ones', () => {
    expect(namesIn(texts, 'policyFault').sort()).toEqual(Object.keys(POLICY_FAULTS).sort());
    const english = textsOf('en');
    for (const code of Object.keys(POLICY_FAULTS)) {
      const [words = '', own = ''] = [english[`policyFault.${code}`], texts[`policyFault.${code}`]];
      expect(valuesIn(own).sort()).toEqual(valuesIn(words).sort());
      expect(valuesIn(own)).not.toContain('detail');
    }
  });

  test('every notice of a conversation has words, and there are no others', () => {
    const notices = namesIn(textsIn(language, 'correspondence.json'), 'notice'); // papers have notices of their own
    expect(notices.sort()).toEqual([...NOTICE_KINDS].sort());
  });
});
