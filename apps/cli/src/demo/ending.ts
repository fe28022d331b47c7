import { join } from 'node:path';

import type { Folder } from '../folder.js';
import type { Outcome } from './outcome.js';
import type { Narrator } from './narrator.js';
import { OFFERED, SEARCHERS, VOICES } from './cast.js';
import type { Arrival, Guest } from './reception.js';
import type { Stage } from './stage.js';

/** What held and what did not. */
export function verdict(narrator: Narrator, { checks, seconds }: Outcome): void {
  narrator.line(`\n${narrator.colours.bold('So')}\n`);
  for (const { claim, holds } of checks) {
    if (holds) narrator.done(claim);
    else narrator.failed(claim);
  }
  narrator.line(narrator.colours.dim(`\n   ${seconds} seconds`));
}

/** One link a persona, for a browser on this machine. */
export function showGuests(narrator: Narrator, guests: readonly Guest[], seconds: number): void {
  const { bold, cyan, dim } = narrator.colours;
  narrator.line(
    `\n${bold('Or come in by a browser')} ${dim(`(ready after ${seconds.toFixed(0)} seconds; each link works once)`)}\n`,
  );
  for (const { name, title, roles, link } of guests) {
    narrator.line(`   ${name.padEnd(14)} ${title}, ${roles.join(', ').toLowerCase()}`);
    narrator.line(`   ${cyan(link)}\n`);
  }
  narrator.line(dim(`   Press Enrol, then Later. The passphrase is: ${OFFERED.passphrase}`));
}

export function showArrival(narrator: Narrator, { guest: { name }, seconds }: Arrival): void {
  narrator.done(`${name} is inside, and everything is there: ${seconds.toFixed(1)} seconds after the link was used`);
}

/** Where the server is, and commands to copy. */
export function howToGoOn(narrator: Narrator, stage: Stage, { path, temporary }: Folder): void {
  const { bold, cyan, dim } = narrator.colours;
  const [high, low] = SEARCHERS;
  narrator.line(`\n${bold('Go on yourself')}. The server runs at ${cyan(stage.server.url)}. In a second terminal:\n`);
  narrator.line(`   export PEOPLE=${join(path, 'people')}`);
  for (const [key, words] of [
    [VOICES.ambassador, 'read Southern --limit 5'],
    [VOICES.ambassador, 'send Southern "The crane is on the train."'],
    [VOICES.headquarters, 'read Southern --limit 3'],
    [high, 'search fisheries quota'],
    [low, 'search fisheries quota'],
  ] as const) {
    narrator.line(
      `   npm run -s chancery -- ${words} --vault $PEOPLE/${key} --passphrase-file $PEOPLE/${key}.passphrase`,
    );
  }
  narrator.line(`\n${bold('Vaults and passphrases')} ${dim('(of the demonstration only)')}\n`);
  for (const { key, name, passphrase } of stage.players.values()) {
    narrator.line(`   ${name.padEnd(16)}  $PEOPLE/${key.padEnd(11)} ${dim(passphrase)}`);
  }
  const ending = temporary ? `stops the server and removes ${path}` : `stops the server; ${path} stays`;
  narrator.line(dim(`\nCtrl-C ${ending}.`));
}
