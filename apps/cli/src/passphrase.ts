import { readFile } from 'node:fs/promises';

import type { Terminal } from './terminal/terminal.js';
import { askHidden } from './terminal/prompt.js';
import { usage } from './failure.js';

interface PassphraseFlags {
  readonly passphraseFile?: string;
}

const SOURCES = 'Set CHANCERY_PASSPHRASE, name a file with --passphrase-file, or start the command on a terminal.';

/** The passphrase of a vault: from the named file, from CHANCERY_PASSPHRASE, or asked for on the terminal. */
export async function passphraseFor(terminal: Terminal, flags: PassphraseFlags): Promise<string> {
  return (await givenPassphrase(flags)) ?? (await ask(terminal, 'Passphrase: '));
}

/** The passphrase of a vault that is about to be made; on a terminal it is asked for twice. */
export async function newPassphrase(terminal: Terminal, flags: PassphraseFlags): Promise<string> {
  const given = await givenPassphrase(flags);
  if (given !== undefined) return given;
  const first = await ask(terminal, 'New passphrase (four or more unrelated words): ');
  if ((await ask(terminal, 'Once more: ')) === first) return first;
  throw usage('the two passphrases differ', 'passphrase', 'Nothing was made. Start again.');
}

async function givenPassphrase({ passphraseFile }: PassphraseFlags): Promise<string | undefined> {
  if (passphraseFile === undefined) {
    const given = process.env['CHANCERY_PASSPHRASE'] ?? '';
    return given === '' ? undefined : given;
  }
  const [line = ''] = (await readFile(passphraseFile, 'utf8')).split(/\r?\n/u);
  if (line === '') throw usage('the passphrase file is empty', '--passphrase-file', SOURCES);
  return line;
}

function ask(terminal: Terminal, question: string): Promise<string> {
  if (!terminal.interactive) throw usage('no passphrase was given', 'passphrase', SOURCES);
  return askHidden(question);
}
