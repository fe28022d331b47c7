import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Command } from 'commander';

import { ready } from '#primitives';

import { command, family } from '../command.js';
import type { Flags } from '../command.js';
import { verifyEvacuation } from '../drill/verify.js';
import type { VerifiedDrill } from '../drill/verify.js';
import { withReport } from '../session.js';
import { fields } from '../terminal/fields.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';

export function drillCommand(terminal: Terminal): Command {
  return family('drill', 'Rehearse what must work in a crisis, on a demonstration ministry of its own.', [
    evacuateCommand(terminal),
    verifyCommand(terminal),
  ]);
}

export interface EvacuateFlags extends Flags {
  readonly mission: string;
  readonly devices: number;
  readonly groups: number;
  readonly out?: string;
}

function evacuateCommand(terminal: Terminal): Command {
  return (
    command(
      'evacuate',
      'A mission is lost: two officers revoke all its devices; measures how long the server serves them, and until the last conversation has changed its keys.',
      'chancery drill evacuate --mission muscat',
      'chancery drill evacuate --mission "Embassy in Tashkent" --out evacuation.json',
    )
      .requiredOption('--mission <mission>', 'tashkent, muscat or new-york')
      .option('--devices <number>', 'devices in all; a quarter of them are at the mission', wholeNumber(8, 400), 40)
      .option('--groups <number>', 'conversations that the mission takes part in', wholeNumber(1, 2000), 200)
      .option('--out <file>', 'where the signed report goes; default: evacuation-<time>.json')
      // loaded when it is needed: it brings the whole server along
      .action(
        withReport<EvacuateFlags>(terminal, async (report, flags) => {
          const { runEvacuation } = await import('../drill/run.js');
          const text = await runEvacuation(report, flags);
          const file = resolve(
            flags.out ?? `evacuation-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`,
          );
          await writeFile(file, text, { flag: 'wx' });
          const drill = verifyEvacuation(text, new Date());
          report.result({ ...drill.body, file }, () => words(terminal, drill, `signed report: ${file}`));
        }),
      )
  );
}

function verifyCommand(terminal: Terminal): Command {
  return command(
    'verify',
    'Verify the report of a drill offline: its signature, the log in it, and that the log revokes these devices.',
    'chancery drill verify evacuation-2026-11-21T100000.json',
  )
    .argument('<file>', 'what `chancery drill evacuate` has written')
    .action(
      withReport<Flags, [string]>(terminal, async (report, _, file) => {
        await ready();
        const drill = verifyEvacuation(await readFile(file, 'utf8'), new Date());
        const { body, signer, log } = drill;
        report.result({ ...body, signer, log }, () =>
          words(terminal, drill, terminal.colours.green('the report verifies')),
        );
      }),
    );
}

function words(terminal: Terminal, { body, signer, log }: VerifiedDrill, last: string): string {
  const { mission, devices, groups, refusals, lastRefusalMs, lastEpochMs, approvedAt } = body;
  return [
    fields(terminal, [
      ['Mission', mission],
      [
        'Ministry',
        `${String(devices)} devices, ${String(refusals.length)} of them at the mission; ${String(groups)} conversations`,
      ],
      ['Approved', approvedAt],
      ['Last refusal', `${String(lastRefusalMs)} ms after the approval: the server serves none of the devices`],
      ['Last epoch', `${String(lastEpochMs)} ms after the approval: none of them can read what is written`],
      ['Signed by', `${signer.personName}, device ${signer.deviceId}`],
      ['Log', `${String(log.size)} statements, root ${log.root}`],
    ]),
    '',
    last,
  ].join('\n');
}
