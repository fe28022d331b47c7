import { ChanceryError } from '#client';

import { makeFolder, removeFolder } from '../folder.js';
import type { Folder } from '../folder.js';
import type { Report } from '../report.js';
import { untilInterrupted } from '../wait.js';
import type { Outcome } from './outcome.js';
import { demonstrate } from './demonstration.js';
import { howToGoOn, showArrival, showGuests, verdict } from './ending.js';
import { Narrator } from './narrator.js';
import { Reception } from './reception.js';
import type { Stage } from './stage.js';

/** How the demonstration was asked for. */
interface Wishes {
  readonly once?: boolean;
  readonly data?: string;
  readonly port: number;
}

/** What has to be closed at the end, as soon as it is there. */
interface Opened {
  readonly onServer: (stage: Pick<Stage, 'server'>) => void;
  readonly onReception: (reception: Reception) => void;
}

/** Plays the demonstration and then, unless it was asked for once, leaves the server running until Ctrl-C. */
export async function play(report: Report, wishes: Wishes): Promise<void> {
  const folder = await makeFolder('demo', wishes.data);
  let server: Stage['server'] | undefined;
  let reception: Reception | undefined;
  const interrupted = untilInterrupted();
  const played = playThrough(report, wishes, folder, {
    onServer: (stage) => (server = stage.server),
    onReception: (opened) => (reception = opened),
  });
  // an error after an interruption comes from the server that was stopped under the play
  played.catch(() => undefined);
  let early: NodeJS.Signals | undefined;
  try {
    early = await Promise.race([played, interrupted]);
    if (wishes.once !== true && !early) await interrupted;
  } finally {
    await reception?.close();
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
  { onServer, onReception }: Opened,
): Promise<undefined> {
  const begin = performance.now();
  const narrator = new Narrator(report.terminal, report.json);
  narrator.title(
    'Chancery: the demonstration',
    'Everything below happens now, on this machine, on a real PostgreSQL in a fresh folder.',
  );
  const { stage, outcome } = await demonstrate(narrator, folder.path, wishes.port, onServer);
  verdict(narrator, outcome);
  if (report.json) report.result(outcome, () => '');
  if (wishes.once === true) requireAll(outcome);
  else onReception(await receive(narrator, stage, folder, begin));
  return undefined;
}

/** From here on whoever sits before this machine can come in. */
async function receive(narrator: Narrator, stage: Stage, folder: Folder, begin: number): Promise<Reception> {
  const reception = await Reception.open(stage);
  howToGoOn(narrator, stage, folder);
  showGuests(narrator, reception.guests, (performance.now() - begin) / 1000);
  reception.receive((arrival) => {
    showArrival(narrator, arrival);
  });
  return reception;
}

function requireAll({ checks }: Outcome): void {
  const failed = checks.filter(({ holds }) => !holds);
  if (failed.length === 0) return;
  throw new ChanceryError(
    'INTERNAL',
    `the demonstration did not show that ${failed.map(({ claim }) => claim).join('; that ')}`,
  );
}
