import type { Command } from 'commander';

import { command } from '../command.js';
import type { Flags } from '../command.js';
import type { Report } from '../report.js';
import { withReport } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';
import { untilInterrupted } from '../wait.js';

interface ServeFlags extends Flags {
  readonly port?: number;
  readonly host?: string;
  readonly data?: string;
  readonly origin?: string;
}

export function serveCommand(terminal: Terminal): Command {
  return command(
    'serve',
    'Run the server. It brings its own PostgreSQL unless DATABASE_URL names another; every setting is an environment variable, see README.',
    'chancery serve --port 4460 --data /var/lib/chancery',
  )
    .option('--port <number>', 'port to listen on, 0 for any free one (CHANCERY_PORT)', wholeNumber(0, 65_535))
    .option('--host <address>', 'address to listen on (CHANCERY_HOST)')
    .option('--data <folder>', 'folder of the embedded database (CHANCERY_DATA_FOLDER)')
    .option('--origin <url>', 'how clients reach the server, when it is behind a proxy (CHANCERY_ORIGIN)')
    .action(withReport<ServeFlags>(terminal, serve));
}

async function serve(report: Report, flags: ServeFlags): Promise<void> {
  // loaded when it is needed: the other commands start quicker without it
  const { startServer } = await import('../server.js');
  const server = await startServer({ ...process.env, ...environmentOf(flags) });
  const { url, port } = server;
  const foundingToken = await server.foundingToken();
  const interrupted = untilInterrupted(); // whoever reads that it listens may stop it at once
  report.result({ url, port, pid: process.pid, ...(foundingToken === undefined ? {} : { foundingToken }) }, () =>
    listeningWords(report.terminal, url, foundingToken),
  );
  await interrupted;
  report.note('Stopping: what is under way is finished first.');
  await server.close();
}

function listeningWords({ colours }: Terminal, url: string, token: string | undefined): string {
  const lines = [`Chancery listens on ${colours.cyan(url)}`];
  if (token === undefined) return lines.join('\n');
  return [
    ...lines,
    '',
    'It serves no ministry yet. This token allows the founding, once; it is not shown again:',
    `  ${colours.bold(token)}`,
    colours.dim(`  chancery found --server ${url} --founding-token … --name … --officer … --department …`),
    'or in a browser:',
    `  ${colours.cyan(`${url}/found#${token}`)}`,
  ].join('\n');
}

function environmentOf({ port, host, data, origin }: ServeFlags): Record<string, string> {
  return {
    ...(port === undefined ? {} : { CHANCERY_PORT: String(port) }),
    ...(host === undefined ? {} : { CHANCERY_HOST: host }),
    ...(data === undefined ? {} : { CHANCERY_DATA_FOLDER: data }),
    ...(origin === undefined ? {} : { CHANCERY_ORIGIN: origin }),
  };
}
