import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { packagePath } from '../../../apps/cli/src/root.js';
import { round } from '../table.js';

/** One run of the command. */
interface Imported {
  /** Printed until its end. */
  readonly documents: number;
  readonly created: number;
  readonly unchanged: number;
  readonly seconds: number;
  /** The most memory of the command with the process that reads; 0 where it was ended. */
  readonly mebibytes: number;
}

interface Wanted {
  readonly papers: string;
  readonly vault: string;
  readonly passphrase: string;
  /** Ended with SIGKILL when so many documents are done. */
  readonly killAfter?: number;
}

interface Line {
  readonly filed?: string;
  readonly totals?: { readonly memory: { readonly together: number } };
}

/** `chancery import` as a process of its own. */
export async function importOnce({ papers, vault, passphrase, killAfter = Infinity }: Wanted): Promise<Imported> {
  const main = packagePath('dist', 'apps', 'cli', 'src', 'main.js');
  const begin = performance.now();
  const child = spawn(process.execPath, [main, 'import', papers, '--collection', 'Bulk', '--vault', vault, '--json'], {
    env: { ...process.env, CHANCERY_PASSPHRASE: passphrase },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const counts = new Map<string, number>();
  let [documents, mebibytes] = [0, 0];
  for await (const text of createInterface({ input: child.stdout })) {
    const { filed, totals } = JSON.parse(text) as Line;
    if (totals) mebibytes = Math.ceil(totals.memory.together / 2 ** 20);
    else documents += 1;
    if (filed !== undefined) counts.set(filed, (counts.get(filed) ?? 0) + 1);
    if (documents >= killAfter) child.kill('SIGKILL');
  }
  const [code] = await ended;
  if (code !== 0 && killAfter === Infinity) throw new Error(`the import ended with ${String(code)}`);
  const seconds = round((performance.now() - begin) / 1000);
  const of = (outcome: string): number => counts.get(outcome) ?? 0;
  return { documents, created: of('created'), unchanged: of('unchanged'), seconds, mebibytes };
}
