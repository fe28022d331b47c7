import { Command, CommanderError } from 'commander';

import { acknowledgeCommand } from './commands/acknowledge.js';
import { approvalsCommand } from './commands/approvals.js';
import { attachmentCommand } from './commands/attachment.js';
import { auditCommand } from './commands/audit.js';
import { collectionCommand } from './commands/collection.js';
import { commentCommand } from './commands/comment.js';
import { converseCommand } from './commands/converse.js';
import { datesCommand } from './commands/dates.js';
import { demoCommand } from './commands/demo.js';
import { deviceCommand } from './commands/device.js';
import { documentCommand } from './commands/document.js';
import { drillCommand } from './commands/drill.js';
import { enrolCommand } from './commands/enrol.js';
import { evaluateCommand } from './commands/evaluate.js';
import { exportCommand } from './commands/export.js';
import { findCommand } from './commands/find.js';
import { foundCommand } from './commands/found.js';
import { historyCommand } from './commands/history.js';
import { identityCommand } from './commands/identity.js';
import { importCommand } from './commands/import.js';
import { indexCommand } from './commands/index.js';
import { inviteCommand } from './commands/invite.js';
import { jobsCommand } from './commands/jobs.js';
import { linksCommand } from './commands/links.js';
import { logCommand } from './commands/log.js';
import { officerCommand } from './commands/officer.js';
import { labelCommand } from './commands/label.js';
import { policyCommand } from './commands/policy.js';
import { downgradeCommand } from './commands/downgrade.js';
import { noticesCommand } from './commands/notices.js';
import { ownerCommand } from './commands/owner.js';
import { peopleCommand } from './commands/people.js';
import { postCommand } from './commands/post.js';
import { readCommand } from './commands/read.js';
import { backupCommand, restoreCommand } from './commands/backup.js';
import { campaignCommand } from './commands/campaign.js';
import { recoverCommand, recoveryCommand } from './commands/recover.js';
import { revokeCommand } from './commands/revoke.js';
import { rolesCommand } from './commands/roles.js';
import { savedCommand } from './commands/saved.js';
import { openCommand, searchCommand } from './commands/search.js';
import { similarCommand } from './commands/similar.js';
import { suggestCommand } from './commands/suggest.js';
import { synonymCommand } from './commands/synonym.js';
import { editCommand, reactCommand } from './commands/respond.js';
import { sendCommand } from './commands/send.js';
import { serveCommand } from './commands/serve.js';
import { serverKeysCommand } from './commands/serverKeys.js';
import { shelfCommand } from './commands/shelf.js';
import { verifyCommand } from './commands/verify.js';
import { watchCommand } from './commands/watch.js';
import { webCommand } from './commands/web.js';
import { whoamiCommand } from './commands/whoami.js';
import { exitCodeOf, failureOf, printFailure } from './failure.js';
import { packageVersion } from './root.js';
import type { Terminal } from './terminal/terminal.js';

const GROUPS: Readonly<Record<string, readonly ((terminal: Terminal) => Command)[]>> = {
  'Begin:': [demoCommand, serveCommand, foundCommand, inviteCommand, enrolCommand],
  'Write to each other:': [
    converseCommand,
    sendCommand,
    editCommand,
    reactCommand,
    readCommand,
    watchCommand,
    attachmentCommand,
    findCommand,
    historyCommand,
  ],
  'File and find documents:': [
    collectionCommand,
    documentCommand,
    commentCommand,
    linksCommand,
    importCommand,
    exportCommand,
    labelCommand,
    downgradeCommand,
    datesCommand,
    ownerCommand,
    acknowledgeCommand,
    noticesCommand,
    searchCommand,
    openCommand,
    similarCommand,
    suggestCommand,
    synonymCommand,
    savedCommand,
    shelfCommand,
    evaluateCommand,
  ],
  'People and devices:': [whoamiCommand, peopleCommand, verifyCommand, deviceCommand, postCommand, identityCommand],
  'When a device is lost:': [recoverCommand, recoveryCommand],
  'Decide who is trusted:': [
    rolesCommand,
    officerCommand,
    revokeCommand,
    campaignCommand,
    drillCommand,
    approvalsCommand,
    policyCommand,
  ],
  'Keep the server:': [backupCommand, restoreCommand, indexCommand],
  'Watch the server:': [logCommand, serverKeysCommand, auditCommand, jobsCommand, webCommand],
};

/** The `chancery` command with everything below it. */
export function chancery(terminal: Terminal): Command {
  const program = new Command('chancery')
    .description("A foreign ministry's own encrypted correspondence and knowledge base.")
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText('after', '\nEach command explains itself: chancery converse create --help\nNew here? chancery demo');
  for (const [group, makers] of Object.entries(GROUPS)) {
    for (const make of makers) program.addCommand(make(terminal).helpGroup(group));
  }
  prepare(program, terminal);
  return program;
}

/** Runs one command line and resolves with the exit code; says on stderr what went wrong. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await chancery(terminal).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && isHelp(error)) return error.code === 'commander.help' ? 2 : 0;
    const failure = failureOf(error);
    printFailure(terminal, failure, wantsJson(argv));
    return exitCodeOf(failure);
  }
}

const isHelp = ({ code }: CommanderError): boolean =>
  ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(code);

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}

/** Errors are thrown, not printed by commander; help goes where everything goes. */
function prepare(program: Command, terminal: Terminal): void {
  program.exitOverride().configureOutput({
    writeOut: (text) => {
      terminal.out(text.trimEnd());
    },
    writeErr: (text) => {
      terminal.err(text.trimEnd());
    },
    outputError: () => undefined,
    getOutHelpWidth: () => Math.min(terminal.width, 110),
    getErrHelpWidth: () => Math.min(terminal.width, 110),
  });
  for (const subcommand of program.commands) prepare(subcommand, terminal);
}
