import type { Command } from 'commander';

import { command } from '../command.js';
import type { Flags } from '../command.js';
import { withReport } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';

interface DemoFlags extends Flags {
  readonly once?: boolean;
  readonly data?: string;
  readonly port: number;
}

export function demoCommand(terminal: Terminal): Command {
  return (
    command(
      'demo',
      'See what Chancery does: a ministry is founded, messages that no server can read are exchanged, papers are filed and found; then the server is left running.',
      'chancery demo',
      'chancery demo --once --json',
    )
      .option('--once', 'stop at the end; exit code 1 when something did not hold')
      .option('--data <folder>', 'where everything is kept; default: a temporary folder that goes away at the end')
      .option('--port <number>', 'port of the server, 0 for any free one', wholeNumber(0, 65_535), 0)
      // loaded when it is needed: it brings the whole server along
      .action(
        withReport<DemoFlags>(terminal, async (report, flags) => (await import('../demo/play.js')).play(report, flags)),
      )
  );
}
