import type { Command } from 'commander';

import type { Client } from '#client';
import {
  CreateCollectionDocument,
  GrantCollectionDocument,
  MoveCollectionDocument,
  RenameCollectionDocument,
} from '#contracts';
import type { Access, Role } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { parseMarking, policyOf, toLabelInput } from '../label.js';
import { allCollections, findCollection, findPerson, findPost, shortId } from '../lookup.js';
import type { CollectionView } from '../lookup.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { oneLine } from '../terminal/text.js';
import { access, role } from '../values.js';

export function collectionCommand(terminal: Terminal): Command {
  return family('collection', 'Make collections of documents, and say who may use them.', [
    createCommand(terminal),
    listCommand(terminal),
    renameCommand(terminal),
    moveCommand(terminal),
    grantCommand(terminal),
  ]);
}

interface CreateFlags extends VaultFlags {
  readonly label: string;
  readonly description: string;
  readonly parent?: string;
  readonly ceiling?: string;
}

function createCommand(terminal: Terminal): Command {
  return vaultCommand(
    'create',
    'Make a collection.',
    'chancery collection create "Transit and corridors" --label CONFIDENTIAL --ceiling SECRET',
  )
    .argument('<name>', 'name of the collection')
    .requiredOption('--label <marking>', 'label of documents that bring none of their own')
    .option('--description <text>', 'what belongs into it', '')
    .option('--parent <collection>', 'the collection that it is part of: name or id')
    .option('--ceiling <level>', 'nothing above this level enters a search engine')
    .action(
      withClient<CreateFlags, [string]>(terminal, async ({ client, report }, flags, name) => {
        const policy = await policyOf(client);
        const { createCollection: made } = await client.execute(CreateCollectionDocument, {
          input: {
            name,
            description: flags.description,
            defaultLabel: toLabelInput(parseMarking(flags.label, policy, '--label')),
            ...(flags.parent === undefined ? {} : { parentId: (await findCollection(client, flags.parent)).id }),
            ...(flags.ceiling === undefined
              ? {}
              : { indexCeiling: parseMarking(flags.ceiling, policy, '--ceiling').level }),
          },
        });
        report.result(
          made,
          () => `${made.name} is made (${made.defaultLabel.marking}).\n${terminal.colours.dim(made.id)}`,
        );
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List the collections that you may use.', 'chancery collection list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      report.results(await allCollections(client), (all) => collectionTable(terminal, all));
    }),
  );
}

function collectionTable(terminal: Terminal, collections: readonly CollectionView[]): string {
  return table(
    terminal,
    [
      { title: 'Name', of: ({ name }) => name, flexible: true, paint: terminal.colours.bold },
      { title: 'Label', of: ({ defaultLabel }) => defaultLabel.marking },
      { title: 'You may', of: ({ access: granted }) => granted.toLowerCase() },
      { title: 'Documents', of: ({ documentCount }) => String(documentCount) },
      { title: 'Id', of: ({ id }) => shortId(id), paint: terminal.colours.dim },
    ],
    collections,
    'There is no collection that you may use.',
  );
}

interface RenameFlags extends VaultFlags {
  readonly description?: string;
}

function renameCommand(terminal: Terminal): Command {
  return vaultCommand(
    'rename',
    'Give a collection another name. It takes the access manage.',
    'chancery collection rename "Transit and corridors" "Corridors" --description "Roads, rails and pipes"',
  )
    .argument('<collection>', 'name or id')
    .argument('<name>', 'the new name')
    .option('--description <text>', 'what belongs into it; without this, what was said before stays')
    .action(
      withClient<RenameFlags, [string, string]>(terminal, async ({ client, report }, { description }, wanted, name) => {
        const { id: collectionId, name: before } = await findCollection(client, wanted);
        const input = { collectionId, name, ...(description !== undefined && { description }) };
        const { renameCollection } = await client.execute(RenameCollectionDocument, { input });
        report.result(renameCollection, () => `${oneLine(before)} is called ${oneLine(name)} now.`);
      }),
    );
}

interface MoveFlags extends VaultFlags {
  readonly into?: string;
  readonly out?: true;
}

function moveCommand(terminal: Terminal): Command {
  return vaultCommand(
    'move',
    'Put a collection, with all that it holds, into another one. What is granted there holds for it then.',
    'chancery collection move Corridors --into "Central Asia"',
    'chancery collection move Corridors --out',
  )
    .argument('<collection>', 'name or id')
    .option('--into <collection>', 'where it shall lie: name or id')
    .option('--out', 'it shall lie in no other')
    .action(
      withClient<MoveFlags, [string]>(terminal, async ({ client, report }, { into, out }, wanted) => {
        if ((into === undefined) !== (out === true)) {
          throw usage('a collection moves to one place', '--into', 'Give exactly one of --into and --out.');
        }
        const { id: collectionId, name } = await findCollection(client, wanted);
        const parent = into === undefined ? undefined : await findCollection(client, into);
        const parentId = parent?.id ?? null;
        const { moveCollection } = await client.execute(MoveCollectionDocument, { collectionId, parentId });
        const where = parent ? `lies in ${oneLine(parent.name)}` : 'lies in no other';
        report.result({ ...moveCollection, parentId }, () => `${oneLine(name)} ${where} now.`);
      }),
    );
}

interface GrantFlags extends VaultFlags {
  readonly access: Access;
  readonly person?: string;
  readonly post?: string;
  readonly role?: Role;
}

function grantCommand(terminal: Terminal): Command {
  return vaultCommand(
    'grant',
    'Let a person, a post or a role use a collection. Clearances hold all the same.',
    'chancery collection grant "Transit and corridors" --post "Embassy in Tashkent" --access read',
  )
    .argument('<collection>', 'name or id')
    .requiredOption('--access <word>', 'read, write or manage', access)
    .option('--person <person>', 'name or id')
    .option('--post <post>', 'name or id')
    .option('--role <role>', 'member, planner, registrar, security_officer or auditor', role)
    .action(
      withClient<GrantFlags, [string]>(terminal, async ({ client, report }, flags, wanted) => {
        const grantee = await granteeOf(client, flags);
        const { id: collectionId, name } = await findCollection(client, wanted);
        const { grantCollection } = await client.execute(GrantCollectionDocument, {
          input: { collectionId, access: flags.access, ...grantee },
        });
        report.result(grantCollection, () => `${name}: ${flags.access.toLowerCase()} is granted.`);
      }),
    );
}

async function granteeOf(
  client: Client,
  { person, post, role: named }: GrantFlags,
): Promise<{ personId: string } | { postId: string } | { role: Role }> {
  if ([person, post, named].filter((one) => one !== undefined).length !== 1) {
    throw usage('a grant names one grantee', '--person', 'Give exactly one of --person, --post and --role.');
  }
  await client.catchUp();
  if (person !== undefined) return { personId: (await findPerson(client, person)).id };
  if (post !== undefined) return { postId: (await findPost(client, post)).id };
  return { role: named ?? 'MEMBER' };
}
