import { PASSPHRASE } from './clients.js';
import type { TestClient } from './clients.js';
import { chanceryHere } from './commandLine.js';
import type { Ran } from './commandLine.js';

/** Runs a command on somebody's vault, inside this process. */
export const run = ({ folder: vault }: Pick<TestClient, 'folder'>, ...args: string[]): Promise<Ran> =>
  chanceryHere([...args, '--vault', vault], { CHANCERY_PASSPHRASE: PASSPHRASE });

/** The same, for a command that has to succeed; gives its JSON lines. */
export async function json(who: Pick<TestClient, 'folder'>, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await run(who, ...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return jsonLines(out);
}

export function jsonLines(out: string): Record<string, unknown>[] {
  const lines = out.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What a command says that has failed under `--json`. */
export const failureOf = ({ err }: Ran): Failure => (JSON.parse(err) as { error: Failure }).error;

export const codeOf = (ran: Ran): string => failureOf(ran).code;
