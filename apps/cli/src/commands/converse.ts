import type { Command } from 'commander';

import type { ConversationView } from '#client';
import { SUITES } from '#contracts';

import { collect, family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { parseMarking, policyOf } from '../label.js';
import { findConversation, findPeople, shortId } from '../lookup.js';
import { catchUpIfOnline, withClient } from '../session.js';
import type { Session } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

const CONVERSATION = 'name or id, or the beginning of either';

export function converseCommand(terminal: Terminal): Command {
  return family('converse', 'Make and change conversations.', [
    createCommand(terminal),
    listCommand(terminal),
    membersCommand(terminal, 'add', 'Add people to a conversation. They read what is written from then on.'),
    membersCommand(
      terminal,
      'remove',
      'Remove people from a conversation. They cannot read what is written afterwards.',
    ),
    leaveCommand(terminal),
    renameCommand(terminal),
    moveCommand(terminal),
  ]);
}

interface CreateFlags extends VaultFlags {
  readonly label: string;
  readonly with: readonly string[];
}

function createCommand(terminal: Terminal): Command {
  return vaultCommand(
    'create',
    'Begin a conversation. Everybody in it has to be cleared for its label; the server never learns its name.',
    'chancery converse create "Karsu round" --label SECRET --with "Leila Marchetti" --with "Tomas Brandel"',
  )
    .argument('<name>', 'what its members call it')
    .requiredOption('--label <marking>', 'for instance CONFIDENTIAL or SECRET//NEGOTIATION')
    .requiredOption('--with <person>', 'name or id, may be repeated', collect)
    .action(
      withClient<CreateFlags, [string]>(terminal, async ({ client, report }, flags, name) => {
        await client.catchUp();
        const label = parseMarking(flags.label, await policyOf(client), '--label');
        const people = await findPeople(client, flags.with);
        const made = await client.createConversation({ name, label, personIds: people.map(({ id }) => id) });
        report.result(made, () => `${summary(made)} is open.\n${terminal.colours.dim(made.id)}`);
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List the conversations of this device.', 'chancery converse list').action(
    withClient<VaultFlags>(terminal, async (session) => {
      await catchUpIfOnline(session);
      const conversations = await session.client.conversations();
      session.report.results(conversations, (all) => conversationTable(terminal, all));
    }),
  );
}

function conversationTable(terminal: Terminal, conversations: readonly ConversationView[]): string {
  const { colours } = terminal;
  return table(
    terminal,
    [
      { title: 'Marking', of: ({ marking }) => marking },
      { title: 'Name', of: ({ name }) => name, flexible: true, paint: colours.bold },
      { title: 'People', of: ({ members }) => String(members.length) },
      { title: 'Unread', of: ({ unread }) => (unread === 0 ? '' : String(unread)), paint: colours.yellow },
      { title: 'Suite', of: ({ suite }) => suite, paint: colours.dim },
      { title: 'State', of: ({ state, problem }) => problem?.message ?? state, flexible: true },
      { title: 'Id', of: ({ id }) => shortId(id), paint: colours.dim },
    ],
    conversations,
    'There is no conversation yet.',
  );
}

function membersCommand(terminal: Terminal, name: 'add' | 'remove', description: string): Command {
  const change = async ({ client, report }: Session, wanted: string, names: readonly string[]): Promise<void> => {
    await client.catchUp();
    const { id } = await findConversation(client, wanted);
    const personIds = (await findPeople(client, names)).map((person) => person.id);
    const changed = await (name === 'add' ? client.addPeople(id, personIds) : client.removePeople(id, personIds));
    report.result(changed, () => summary(changed));
  };
  return vaultCommand(name, description, `chancery converse ${name} "Karsu round" "Yusuf Rahmani"`)
    .argument('<conversation>', CONVERSATION)
    .argument('<person...>', 'names or ids')
    .action(
      withClient<VaultFlags, [string, string[]]>(terminal, (session, _, wanted, names) =>
        change(session, wanted, names),
      ),
    );
}

function leaveCommand(terminal: Terminal): Command {
  return vaultCommand('leave', 'Leave a conversation.', 'chancery converse leave "Karsu round"')
    .argument('<conversation>', CONVERSATION)
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        await client.catchUp();
        const { id } = await findConversation(client, wanted);
        await client.leave(id);
        const left = await client.conversation(id);
        report.result(left, () => `You have left ${left.name}; what you have read stays in your vault.`);
      }),
    );
}

function renameCommand(terminal: Terminal): Command {
  return vaultCommand(
    'rename',
    'Give a conversation another name. The server does not learn it.',
    'chancery converse rename "Karsu round" "Karsu, December"',
  )
    .argument('<conversation>', CONVERSATION)
    .argument('<name>', 'the new name')
    .action(
      withClient<VaultFlags, [string, string]>(terminal, async ({ client, report }, _, wanted, name) => {
        await client.catchUp();
        const { id } = await findConversation(client, wanted);
        await client.rename(id, name);
        const renamed = await client.conversation(id);
        report.result(renamed, () => summary(renamed));
      }),
    );
}

interface MoveFlags extends VaultFlags {
  readonly suite: string;
}

function moveCommand(terminal: Terminal): Command {
  return vaultCommand(
    'move',
    'Move a conversation to another cipher suite that is not weaker. Everything that was said stays; whoever is away follows.',
    'chancery converse move "Karsu round" --suite xwing-chacha20poly1305',
  )
    .argument('<conversation>', CONVERSATION)
    .requiredOption('--suite <name>', SUITES.map(({ name }) => name).join(', '))
    .action(
      withClient<MoveFlags, [string]>(terminal, async ({ client, report }, { suite }, wanted) => {
        await client.catchUp();
        const { id } = await findConversation(client, wanted);
        const moved = await client.moveConversation(id, suite);
        report.result(moved, () => `${summary(moved)} is in ${moved.suite}.`);
      }),
    );
}

/** One line: name, marking, who is in it. */
function summary({ name, marking, members }: ConversationView): string {
  const names = members.map(({ personName }) => personName);
  return `${name} (${marking}; ${names.length} people: ${names.join(', ')})`;
}
