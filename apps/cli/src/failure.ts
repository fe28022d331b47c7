import { CommanderError } from 'commander';

import { ChanceryError } from '#client';
import { ERROR_REMEDIES, remedyFor } from '#contracts';
import type { ErrorCode } from '#contracts';

import type { Terminal } from './terminal/terminal.js';
import { harmless } from './terminal/text.js';

/** What people and programs learn about something that went wrong. Never a stack trace. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  /** The option, argument, variable or field at fault. */
  readonly field?: string;
  readonly remedy: string;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly remedy: string | null;
}

/** Exit codes: 2 the command was written wrongly, 1 it could not be done. */
export const exitCodeOf = ({ code }: Failure): number => (code === 'USAGE' ? 2 : 1);

/** The command line is at fault: exit code 2. */
export function usage(message: string, field?: string, remedy?: string): ChanceryError {
  return new ChanceryError('USAGE', message, { field, remedy });
}

/** A refusal that stands in a result of the server, as the error that ends the command. */
export function refusalError({ code, message, field, remedy }: Refusal): ChanceryError {
  const known = isErrorCode(code) ? code : 'INTERNAL';
  return new ChanceryError(known, message, { field: field ?? undefined, remedy: remedy ?? undefined });
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be used by this account',
  EPERM: 'may not be used by this account',
  EISDIR: 'is a folder',
  ENOTDIR: 'is not a folder',
  EEXIST: 'exists already',
  EROFS: 'is on a disk that cannot be written',
};

/** Every error in one form. Errors of client and server name themselves by `code` and `remedy`. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return fromCommander(error);
  const { code, message, field, remedy, path } = asRecord(error);
  if (isErrorCode(code)) {
    return {
      code,
      message: String(message),
      ...(typeof field === 'string' ? { field } : {}),
      remedy: typeof remedy === 'string' ? remedy : remedyFor(code),
    };
  }
  if (code === 'ENOSPC') return { code: 'DISK_FULL', message: 'the disk is full', remedy: remedyFor('DISK_FULL') };
  const reason = FILE_ERRORS[String(code)];
  if (reason !== undefined && typeof path === 'string') return unreadable(path, reason);
  const said =
    typeof message === 'string'
      ? `something went wrong in Chancery itself (${message})`
      : 'something went wrong in Chancery itself';
  return { code: 'INTERNAL', message: said, remedy: remedyFor('INTERNAL') };
}

const unreadable = (path: string, reason: string): Failure => ({
  code: 'FILE_UNREADABLE',
  message: `${path} ${reason}`,
  field: path,
  remedy: remedyFor('FILE_UNREADABLE'),
});

function fromCommander({ message }: CommanderError): Failure {
  return { code: 'USAGE', message: message.replace(/^error: /u, ''), remedy: remedyFor('USAGE') };
}

function asRecord(error: unknown): Record<string, unknown> {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : { message: String(error) };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_REMEDIES, code);
}

/** Says it on stderr: as words, or with `--json` as one line of JSON. */
export function printFailure(terminal: Terminal, failure: Failure, json: boolean): void {
  if (json) {
    terminal.err(JSON.stringify({ error: failure }));
    return;
  }
  const { colours } = terminal;
  terminal.err(`${colours.red('chancery:')} ${harmless(failure.message)} ${colours.dim(`[${failure.code}]`)}`);
  if (failure.field !== undefined) terminal.err(`  at fault: ${harmless(failure.field)}`);
  terminal.err(`  ${failure.remedy}`);
}
