import { homedir } from 'node:os';
import { join } from 'node:path';

import { Command, Option } from 'commander';

import { wholeNumber } from './values.js';

/** Options that every command takes. */
export interface Flags {
  readonly json?: boolean;
}

/** Options of commands that use a vault. */
export interface VaultFlags extends Flags {
  readonly vault: string;
  readonly passphraseFile?: string;
  readonly server?: string;
}

/** A command with `--json`, and an example at the end of its help. */
export function command(name: string, description: string, ...examples: string[]): Command {
  return new Command(name)
    .description(description)
    .summary(firstClause(description))
    .option('--json', 'one JSON object a line on stdout, and nothing else there')
    .addHelpText('after', exampleText(examples));
}

/** A command that has subcommands and does nothing by itself. */
export function family(name: string, description: string, subcommands: readonly Command[]): Command {
  const parent = new Command(name).description(description);
  for (const subcommand of subcommands) parent.addCommand(subcommand);
  return parent;
}

/** A command that uses a vault. */
export function vaultCommand(name: string, description: string, ...examples: string[]): Command {
  return newVaultCommand(name, description, ...examples).option(
    '--server <url>',
    'address of the server, when it has moved',
  );
}

/** A command that makes a vault. */
export function newVaultCommand(name: string, description: string, ...examples: string[]): Command {
  return command(name, description, ...examples)
    .addOption(
      new Option('--vault <folder>', 'folder of the vault')
        .env('CHANCERY_VAULT')
        .default(join(homedir(), '.chancery'), '~/.chancery'),
    )
    .option(
      '--passphrase-file <file>',
      'file whose first line is the passphrase (or CHANCERY_PASSPHRASE; else it is asked for)',
    );
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Argon2id's memory, for vaults that are made. */
export function memoryOption(): Option {
  return new Option('--argon2-mib <number>', 'memory that each guess of the passphrase costs, in MiB, at least 64')
    .env('CHANCERY_ARGON2_MIB')
    .argParser(wholeNumber(64, 4096))
    .default(256);
}

/** What the list of commands shows. */
const firstClause = (description: string): string => description.split(/[:;.] |\.$/u)[0] ?? description;

function exampleText(examples: readonly string[]): string {
  if (examples.length === 0) return '';
  return `\n${examples.length === 1 ? 'Example:' : 'Examples:'}\n${examples.map((example) => `  $ ${example}`).join('\n')}`;
}
