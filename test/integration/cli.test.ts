import { jest } from '@jest/globals';

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildCommand, chancery, chanceryHere, chanceryStays } from '../support/commandLine.js';
import type { Ran, Staying } from '../support/commandLine.js';

const TOKEN = 'a founding token for this test only';
const PASSPHRASES = {
  officer: 'granite teapot willows before monday',
  ambassador: 'apricot railway wears a quiet hat',
};
type Who = keyof typeof PASSPHRASES;

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string; readonly remedy: string };
}

jest.setTimeout(60_000);

let folder: string;
let server: Staying;
let url: string;

const vault = (who: string): string => join(folder, who);

/** Runs a command on somebody's vault. */
const as = (who: Who, ...args: string[]): Promise<Ran> =>
  chancery([...args, '--vault', vault(who)], { CHANCERY_PASSPHRASE: PASSPHRASES[who] });

/** The same, but inside this process. */
const here = (who: Who, ...args: string[]): Promise<Ran> =>
  chanceryHere([...args, '--vault', vault(who)], { CHANCERY_PASSPHRASE: PASSPHRASES[who] });

/** Runs a command on somebody's vault that has to succeed, and gives its JSON lines. */
async function json(who: Who, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await as(who, ...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The same, but inside this process. */
async function jsonHere(who: Who, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await here(who, ...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

function failureOf({ code, out, err }: Ran): Failure['error'] & { exit: number | null } {
  expect(out).toBe('');
  expect(err).not.toMatch(/^\s+at /mu);
  const { error } = JSON.parse(err) as Failure;
  expect(error.remedy).not.toBe('');
  return { ...error, exit: code };
}

const foundArguments = (): string[] => [
  'found',
  '--server',
  url,
  '--name',
  'Ministry of Tests',
  '--officer',
  'Irene Valcourt',
  '--department',
  'Administration',
  '--mission',
  'Embassy in Tashkent;UZ;Asia/Tashkent',
];

beforeAll(async () => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'chancery-cli-'));
  chmodSync(folder, 0o711);
  const data = join(folder, 'server');
  server = chanceryStays(['serve', '--port', '0', '--data', data, '--json'], {
    CHANCERY_FOUNDING_TOKEN: TOKEN,
    CHANCERY_LOG_LEVEL: 'silent',
  });
  ({ url } = JSON.parse(await server.line()) as { url: string });
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

describe('the main path, by real commands', () => {
  let link: string;
  let conversation: string;

  test('a ministry is founded', async () => {
    const [founded] = await jsonFrom(
      chancery([...foundArguments(), '--vault', vault('officer'), '--json'], {
        CHANCERY_FOUNDING_TOKEN: TOKEN,
        CHANCERY_PASSPHRASE: PASSPHRASES.officer,
      }),
    );
    expect(founded).toMatchObject({
      ministry: 'Ministry of Tests',
      vault: vault('officer'),
      rootKeyFile: `${vault('officer')}.root-key.json`,
    });
    expect(founded?.['posts']).toHaveLength(2);
    expect(readFileSync(`${vault('officer')}.root-key.json`, 'utf8')).not.toContain(PASSPHRASES.officer);
  });

  test('the officer is who she is', async () => {
    const [identity] = await json('officer', 'whoami');
    expect(identity).toMatchObject({ personName: 'Irene Valcourt', state: 'enrolled', server: url });
  });

  test('an ambassador is invited', async () => {
    const person = ['invite', 'create', 'Leila Marchetti', '--post', 'embassy', '--title', 'Ambassador'];
    const args = [...person, '--clearance', 'SECRET'];
    const [invited] = await json('officer', ...args, '--role', 'member', '--role', 'planner');
    link = String(invited?.['link']);
    expect(link).toMatch(new RegExp(`^${url}/enrol#`, 'u'));
  });

  test('a weak passphrase is refused before the link is used', async () => {
    const ran = await chancery(['enrol', link, '--vault', vault('ambassador'), '--json'], {
      CHANCERY_PASSPHRASE: 'password1',
    });
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'PASSPHRASE_WEAK', field: 'passphrase' });
  });

  test('she enrols, and the officer approves', async () => {
    const [waiting] = await json('ambassador', 'enrol', link, '--device', 'Laptop, residence');
    expect(waiting).toMatchObject({ personName: 'Leila Marchetti', state: 'waiting' });
    const [listed] = await jsonHere('officer', 'invite', 'list');
    expect(listed).toMatchObject({ personName: 'Leila Marchetti', state: 'CLAIMED', proof: 'genuine' });
    const [approved] = await json('officer', 'invite', 'approve', '--wait');
    expect(approved).toMatchObject({ personName: 'Leila Marchetti' });
    const [identity] = await jsonHere('ambassador', 'whoami');
    expect(identity).toMatchObject({ state: 'enrolled', clearance: { level: 'SECRET' } });
  });

  test('the link works once', async () => {
    const ran = await chancery(['enrol', link, '--vault', vault('thief'), '--json'], {
      CHANCERY_PASSPHRASE: 'seven herons cross the cold orchard',
    });
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'LINK_USED' });
  });

  test('both are listed with their posts and devices', async () => {
    const people = await jsonHere('officer', 'people');
    expect(people.map(({ name, postName }) => [name, postName])).toEqual(
      expect.arrayContaining([
        ['Irene Valcourt', 'Administration'],
        ['Leila Marchetti', 'Embassy in Tashkent'],
      ]),
    );
    expect((await jsonHere('officer', 'post', 'list')).map(({ timeZone }) => timeZone)).toContain('Asia/Tashkent');
  });

  test('the ambassador opens a conversation with the officer', async () => {
    const [made] = await json(
      'ambassador',
      'converse',
      'create',
      'Karsu round',
      '--label',
      'SECRET',
      '--with',
      'Irene',
    );
    conversation = String(made?.['id']);
    expect(made).toMatchObject({ name: 'Karsu round', marking: 'SECRET', state: 'active' });
    expect(made?.['members']).toHaveLength(2);
  });

  test('messages go both ways, from arguments, files and standard input', async () => {
    const [sent] = await json('ambassador', 'send', 'Karsu', 'The', 'date', 'holds.', '--precedence', 'immediate');
    expect(sent).toMatchObject({ state: 'accepted', precedence: 'IMMEDIATE', text: 'The date holds.' });
    const answer = await chancery(
      ['send', conversation, '--file', '-', '--vault', vault('officer'), '--json'],
      { CHANCERY_PASSPHRASE: PASSPHRASES.officer },
      'مفهوم',
    );
    expect(answer.code).toBe(0);
    const messages = await json('ambassador', 'read', 'Karsu round');
    expect(
      messages.filter(({ kind }) => kind === 'text').map(({ senderName, text, own }) => ({ senderName, text, own })),
    ).toEqual([
      { senderName: 'Leila Marchetti', text: 'The date holds.', own: true },
      { senderName: 'Irene Valcourt', text: 'مفهوم', own: false },
    ]);
  });

  test('people read the same, with right-to-left words between isolates and without colours in a pipe', async () => {
    const { code, out } = await as('ambassador', 'read', 'Karsu round');
    expect(code).toBe(0);
    expect(out).toContain('The date holds.');
    expect(out).toContain('\u2068مفهوم\u2069');
    expect(out).not.toContain('\u001b[');
  });

  test('what somebody watches comes as one event a line', async () => {
    const watcher = chanceryStays(['watch', '--vault', vault('officer'), '--json'], {
      CHANCERY_PASSPHRASE: PASSPHRASES.officer,
    });
    expect(JSON.parse(await watcher.line())).toMatchObject({ type: 'connection', state: 'connected' });
    await json('ambassador', 'send', 'Karsu', 'Watch this.');
    let event: Record<string, unknown>;
    do event = JSON.parse(await watcher.line()) as Record<string, unknown>;
    while (event['type'] !== 'message');
    expect(event).toMatchObject({ message: { text: 'Watch this.', senderName: 'Leila Marchetti' } });
    expect(await watcher.stop()).toBe(0);
  });

  test('a conversation gets another name', async () => {
    const [renamed] = await jsonHere('officer', 'converse', 'rename', conversation.slice(0, 8), 'Karsu, December');
    expect(renamed).toMatchObject({ name: 'Karsu, December' });
    expect(await jsonHere('ambassador', 'converse', 'list')).toMatchObject([
      { id: conversation, name: 'Karsu, December' },
    ]);
  });

  test('papers are filed, once, and found', async () => {
    const papers = join(folder, 'papers');
    mkdirSync(papers);
    writeFileSync(
      join(papers, 'open.md'),
      '---\ntitle: Open\nkind: report\nlabel: UNCLASSIFIED\n---\n\nThe corridor is open for transit.\n',
    );
    writeFileSync(
      join(papers, 'secret.md'),
      '---\ntitle: Fees\nkind: negotiation-brief\nlabel: SECRET\n---\n\nThe corridor and its fees.\n',
    );
    const [collection] = await jsonHere('ambassador', 'collection', 'create', 'Transit', '--label', 'RESTRICTED');
    expect(collection).toMatchObject({ name: 'Transit', access: 'MANAGE' });
    await jsonHere('ambassador', 'collection', 'grant', 'Transit', '--access', 'read', '--post', 'Administration');
    const lines = await json('ambassador', 'import', papers, '--collection', 'Transit');
    expect(lines.map(({ outcome, filed }) => [outcome, filed])).toEqual([
      ['imported', 'created'],
      ['imported', 'created'],
      [undefined, undefined],
    ]);
    expect(lines.at(-1)).toMatchObject({ totals: { documents: 2, outcomes: { created: 2 } } });
    const again = await jsonHere('ambassador', 'import', papers, '--collection', 'Transit');
    expect(again.at(-1)).toMatchObject({ totals: { outcomes: { unchanged: 2 } } });
    await untilFound('corridor', 2);
    const [found] = await json('ambassador', 'search', 'corridor', '--level', 'SECRET');
    expect(found).toMatchObject({
      query: 'corridor',
      total: 1,
      hits: [{ title: 'Fees', label: { marking: 'SECRET' } }],
    });
    const [hit] = found?.['hits'] as { id: string }[];
    const [opened] = await jsonHere('ambassador', 'open', hit?.id ?? '');
    expect(opened).toMatchObject({ title: 'Fees', version: { number: 1, body: 'The corridor and its fees.' } });
  });

  test('a dry run needs neither vault nor server', async () => {
    const { code, out } = await chancery(['import', join(folder, 'papers'), '--dry-run', '--json']);
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ outcome }) => outcome)).toEqual(['imported', 'imported', undefined]);
  });

  test('a revoked device is told so', async () => {
    const [revoked] = await json('officer', 'revoke', 'Laptop, residence', '--person', 'Leila');
    expect(revoked).toMatchObject({ revoked: true });
    expect(failureOf(await here('ambassador', 'search', 'corridor', '--json'))).toMatchObject({
      exit: 1,
      code: 'DEVICE_REVOKED',
    });
  });
});

test('a fresh server prints the founding token, and an address that founds with it in a browser', async () => {
  const fresh = chanceryStays(['serve', '--port', '0', '--data', join(folder, 'fresh')], {
    CHANCERY_LOG_LEVEL: 'silent',
  });
  const lines: string[] = [];
  while (!lines.at(-1)?.includes('/found')) lines.push(await fresh.line());
  const [listening = '', address = ''] = [lines[0], lines.at(-1)];
  const server = /http:\S+$/u.exec(listening)?.[0] ?? '';
  const token = lines.find((line) => /^ {2}[\w-]{43}$/u.test(line))?.trim() ?? '';
  expect(address.trim()).toBe(`${server}/found#${token}`);
  expect(await fresh.stop()).toBe(0);
});

/** The index follows what is filed, a moment later. */
async function untilFound(word: string, total: number): Promise<void> {
  let found: Record<string, unknown> | undefined;
  do [found] = await jsonHere('ambassador', 'search', word);
  while (found?.['total'] !== total);
}

async function jsonFrom(running: Promise<Ran>): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await running;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('what goes wrong is said with a code', () => {
  test('a wrong passphrase', async () => {
    const ran = await chanceryHere(['whoami', '--vault', vault('officer'), '--json'], {
      CHANCERY_PASSPHRASE: 'not that one at all',
    });
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'WRONG_PASSPHRASE' });
  });

  test('a vault that is missing', async () => {
    const ran = await chanceryHere(['whoami', '--vault', vault('nobody'), '--json'], {
      CHANCERY_PASSPHRASE: PASSPHRASES.officer,
    });
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'VAULT_MISSING' });
  });

  test('a vault that is there already', async () => {
    const ran = await chanceryHere(
      [...foundArguments(), '--vault', vault('officer'), '--root-key', join(folder, 'other.json'), '--json'],
      {
        CHANCERY_FOUNDING_TOKEN: TOKEN,
        CHANCERY_PASSPHRASE: PASSPHRASES.officer,
      },
    );
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'VAULT_EXISTS' });
  });

  test('no passphrase where nobody can be asked', async () => {
    const ran = await chanceryHere(['whoami', '--vault', vault('officer'), '--json']);
    expect(failureOf(ran)).toMatchObject({ exit: 2, code: 'USAGE', field: 'passphrase' });
  });

  test('a passphrase file is taken, its first line only', async () => {
    const file = join(folder, 'passphrase');
    writeFileSync(file, `${PASSPHRASES.officer}\nsomething else\n`);
    const { code } = await chanceryHere(['whoami', '--vault', vault('officer'), '--passphrase-file', file]);
    expect(code).toBe(0);
  });

  test('a passphrase file that is missing', async () => {
    const ran = await chanceryHere([
      'whoami',
      '--vault',
      vault('officer'),
      '--passphrase-file',
      join(folder, 'absent'),
      '--json',
    ]);
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'FILE_UNREADABLE', field: join(folder, 'absent') });
  });

  test('a second founding', async () => {
    const ran = await chanceryHere([...foundArguments(), '--vault', vault('usurper'), '--json'], {
      CHANCERY_FOUNDING_TOKEN: TOKEN,
      CHANCERY_PASSPHRASE: PASSPHRASES.officer,
    });
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'ALREADY_FOUNDED' });
  });

  test('a port that is taken', async () => {
    const { port } = new URL(url);
    const ran = await chanceryHere(['serve', '--port', port, '--data', join(folder, 'second'), '--json'], {
      CHANCERY_LOG_LEVEL: 'silent',
    });
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'PORT_TAKEN' });
  });

  test('a configuration that cannot be', async () => {
    const ran = await chanceryHere(['serve', '--json'], { CHANCERY_LOG_LEVEL: 'loud' });
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'CONFIG_INVALID', field: 'CHANCERY_LOG_LEVEL' });
  });

  test('a server that cannot be reached', async () => {
    const args = ['found', '--server', 'http://127.0.0.1:9', '--name', 'x', '--officer', 'y', '--department', 'z'];
    const ran = await chanceryHere([...args, '--vault', vault('far'), '--json'], {
      CHANCERY_FOUNDING_TOKEN: TOKEN,
      CHANCERY_PASSPHRASE: PASSPHRASES.officer,
    });
    expect(failureOf(ran)).toMatchObject({ exit: 1, code: 'SERVER_UNREACHABLE' });
  });

  test('a server that cannot be reached does not keep anybody from reading', async () => {
    const { code, out, err } = await here('officer', 'read', 'Karsu', '--server', 'http://127.0.0.1:9');
    expect(code).toBe(0);
    expect(out).toContain('The date holds.');
    expect(err).toContain('Offline');
  });

  test.each([
    ['a conversation that is not there', ['read', 'Nowhere'], 1, 'NOT_FOUND', 'conversation'],
    ['a document that is not there', ['open', '0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77'], 1, 'NOT_FOUND', 'id'],
    [
      'a level that is not there',
      ['converse', 'create', 'x', '--label', 'COSMIC', '--with', 'Leila'],
      2,
      'USAGE',
      '--label',
    ],
    ['a path that is not there', ['import', '/nowhere', '--dry-run'], 1, 'FILE_UNREADABLE', '/nowhere'],
    ['a message that is not there', ['send', 'Karsu'], 2, 'USAGE', 'text'],
  ])('%s', async (_, args, exit, code, field) => {
    expect(failureOf(await here('officer', ...args, '--json'))).toMatchObject({ exit, code, field });
  });

  test('people read it in words', async () => {
    const { code, out, err } = await chancery(['whoami', '--vault', vault('nobody')], {
      CHANCERY_PASSPHRASE: PASSPHRASES.officer,
    });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^chancery: .+ \[VAULT_MISSING\]\n/u);
    expect(err).toContain('Enrol first: chancery enrol --help.');
  });
});
