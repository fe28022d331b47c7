import type { Folder } from '../folder.js';
import type { Outcome } from './outcome.js';
import type { Narrator } from './narrator.js';
import { SEARCHERS, VOICES } from './cast.js';
import { playerOf } from './stage.js';
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

/** Where the server is, and commands to copy. */
export function howToGoOn(narrator: Narrator, stage: Stage, { path, temporary }: Folder): void {
  const { bold, cyan, dim } = narrator.colours;
  const [high, low] = SEARCHERS;
  narrator.line(`\n${bold('Go on yourself')}: the server runs at ${cyan(stage.server.url)}. In a second terminal, as`);
  for (const [key, ...commands] of [
    [VOICES.ambassador, 'read Southern --limit 5', 'send Southern "The crane is on the train."'],
    [high, 'search fisheries quota', 'whoami'],
    [low, 'search fisheries quota', 'collection list'],
  ] as const) {
    const { name, title, vault, passphraseFile } = playerOf(stage, key);
    narrator.line(`\n   ${bold(name)}, ${title}`);
    for (const words of commands) {
      narrator.line(`   npm run -s chancery -- ${words} \\\n     --vault ${vault} --passphrase-file ${passphraseFile}`);
    }
  }
  narrator.line(`\n${bold('Vaults and passphrases')} ${dim('(of the demonstration only)')}`);
  for (const { name, vault, passphrase } of stage.players.values()) {
    narrator.line(`   ${name.padEnd(16)}  ${vault}  ${dim(passphrase)}`);
  }
  const ending = temporary ? `stops the server and removes ${path}` : `stops the server; ${path} stays`;
  narrator.line(dim(`\nCtrl-C ${ending}.`));
}
