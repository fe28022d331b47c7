import { ChanceryError } from '#client';

import { makeFolder, removeFolder } from '../folder.js';
import type { Folder } from '../folder.js';
import type { Report } from '../report.js';
import { untilInterrupted } from '../wait.js';
import type { Outcome } from './outcome.js';
import { demonstrate } from './demonstration.js';
import { howToGoOn, verdict } from './ending.js';
import { Narrator } from './narrator.js';
import type { Stage } from './stage.js';

/** How the demonstration was asked for. */
interface Wishes {
  readonly once?: boolean;
  readonly data?: string;
  readonly port: number;
}

/** Plays the demonstration and then, unless it was asked for once, leaves the server running until Ctrl-C. */
export async function play(report: Report, wishes: Wishes): Promise<void> {
  const folder = await makeFolder('demo', wishes.data);
  let server: Stage['server'] | undefined;
  const interrupted = untilInterrupted();
  const played = playThrough(report, wishes, folder, (stage) => (server = stage.server));
  // an error after an interruption comes from the server that was stopped under the play
  played.catch(() => undefined);
  let early: NodeJS.Signals | undefined;
  try {
    early = await Promise.race([played, interrupted]);
    if (wishes.once !== true && !early) await interrupted;
  } finally {
    await server?.close();
    await removeFolder(folder);
  }
  // interrupted before its end: say so to whoever started it, in the way of the system
  if (early) process.kill(process.pid, early);
}

async function playThrough(
  report: Report,
  wishes: Wishes,
  folder: Folder,
  onServer: (stage: Pick<Stage, 'server'>) => void,
): Promise<undefined> {
  const narrator = new Narrator(report.terminal, report.json);
  narrator.title(
    'Chancery: the demonstration',
    'Everything below happens now, on this machine, on a real PostgreSQL in a fresh folder.',
  );
  const { stage, outcome } = await demonstrate(narrator, folder.path, wishes.port, onServer);
  verdict(narrator, outcome);
  if (report.json) report.result(outcome, () => '');
  if (wishes.once === true) requireAll(outcome);
  else howToGoOn(narrator, stage, folder);
  return undefined;
}

function requireAll({ checks }: Outcome): void {
  const failed = checks.filter(({ holds }) => !holds);
  if (failed.length === 0) return;
  throw new ChanceryError(
    'INTERNAL',
    `the demonstration did not show that ${failed.map(({ claim }) => claim).join('; that ')}`,
  );
}
