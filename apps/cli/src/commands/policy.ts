import type { Command } from 'commander';

import type { PolicyPreview, PolicyView } from '#client';
import { canonicalPolicy, policyPresets } from '#policy';
import type { LabelImpact, SecurityPolicy } from '#policy';

import { command, family, vaultCommand } from '../command.js';
import type { Flags, VaultFlags } from '../command.js';
import { findPolicy } from '../label.js';
import { withClient, withReport } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { oneLine } from '../terminal/text.js';
import { waitingWords } from './approvals.js';

export function policyCommand(terminal: Terminal): Command {
  return family('policy', 'The security policy: levels, categories, and what they mean.', [
    listCommand(terminal),
    showCommand(terminal),
    presetsCommand(terminal),
    checkCommand(terminal),
    previewCommand(terminal),
    proposeCommand(terminal),
  ]);
}

const CHOICE = ['<policy>', 'a preset (see `policy presets`), or a JSON file'] as const;

function listCommand(terminal: Terminal): Command {
  return vaultCommand(
    'list',
    'List the policies that are or were in force, newest first.',
    'chancery policy list',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const views = await client.administration.policies.list();
      report.results(
        views.map(({ policy: { id, name }, seq, hash, inForceSince, inForce }) => ({
          id,
          name,
          seq,
          hash,
          inForceSince,
          inForce,
        })),
        () => policyTable(terminal, views),
      );
    }),
  );
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand(
    'show',
    'Show the policy in force as this device has verified it; with --json, its whole text.',
    'chancery policy show --json > policy.json',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const policy = await client.policy();
      report.result(policy, () => policyWords(terminal, policy));
    }),
  );
}

function presetsCommand(terminal: Terminal): Command {
  return command(
    'presets',
    'List the policies that Chancery brings; with --json, their whole texts.',
    'chancery policy presets',
  ).action(
    withReport<Flags>(terminal, (report) => {
      report.results([...policyPresets.values()], (presets) =>
        table(
          terminal,
          [
            { title: 'Preset', of: ({ id }) => id, paint: terminal.colours.bold },
            { title: 'Name', of: ({ name }) => name, flexible: true },
            { title: 'Levels', of: levelWords, flexible: true },
          ],
          presets,
          '',
        ),
      );
      return Promise.resolve();
    }),
  );
}

function checkCommand(terminal: Terminal): Command {
  return vaultCommand(
    'check',
    'Check whether a policy could take the place of the one in force: nothing that has a meaning now may lose it.',
    'chancery policy check policy.json',
  )
    .argument(...CHOICE)
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, name) => {
        const next = await findPolicy(name);
        const { lost } = await client.administration.policies.preview(canonicalPolicy(next));
        report.result({ id: next.id, lost }, () => lostWords(terminal, lost));
      }),
    );
}

function previewCommand(terminal: Terminal): Command {
  return vaultCommand(
    'preview',
    'Show what a policy would change for documents that you may read and conversations that you are in, by label.',
    'chancery policy preview policy.json',
  )
    .argument(...CHOICE)
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, name) => {
        await client.catchUp();
        const preview = await client.administration.policies.preview(canonicalPolicy(await findPolicy(name)));
        report.result(preview, () => previewWords(terminal, preview));
      }),
    );
}

function proposeCommand(terminal: Terminal): Command {
  return vaultCommand(
    'propose',
    'Propose a policy to a second officer (power clear). When it is approved it holds for everything at once.',
    'chancery policy propose policy.json',
  )
    .argument(...CHOICE)
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, name) => {
        await client.catchUp();
        const outcome = await client.administration.policies.propose(canonicalPolicy(await findPolicy(name)));
        if (outcome.done) return;
        const { approval } = outcome;
        const { id, expiresAt, words } = approval;
        report.result({ done: false, id, expiresAt, words }, () => waitingWords(terminal, approval));
      }),
    );
}

const levelWords = ({ levels }: SecurityPolicy): string =>
  levels
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ marking }) => marking)
    .join(' < ');

function policyWords({ colours }: Terminal, policy: SecurityPolicy): string {
  const categories = policy.categories.map(({ tag, type, values }) => {
    const all = values.map(({ marking }) => marking).join(', ');
    return `${oneLine(tag)} ${colours.dim(`(${type.toLowerCase()})`)}: ${oneLine(all)}`;
  });
  return [`${colours.bold(oneLine(policy.name))} ${colours.dim(policy.id)}`, levelWords(policy), ...categories].join(
    '\n',
  );
}

function policyTable(terminal: Terminal, views: readonly PolicyView[]): string {
  const { colours } = terminal;
  return table(
    terminal,
    [
      { title: 'Policy', of: ({ policy }) => policy.name, flexible: true, paint: colours.bold },
      { title: 'Since', of: ({ inForceSince }) => inForceSince.slice(0, 16).replace('T', ' ') },
      { title: '', of: ({ inForce }) => (inForce ? 'in force' : ''), paint: colours.green },
      { title: 'Statement', of: ({ seq }) => String(seq) },
      { title: 'SHA-256', of: ({ hash }) => hash.slice(0, 16), paint: colours.dim },
    ],
    views,
    'The server shows no policy whose text fits its hash.',
  );
}

function lostWords({ colours }: Terminal, lost: readonly string[]): string {
  if (lost.length === 0) return colours.green('Everything that has a meaning now keeps one.');
  const lines = lost.map((name) => `  ${oneLine(name)}`);
  return [colours.red('These would be left without a meaning; give them successors:'), ...lines].join('\n');
}

function previewWords(terminal: Terminal, { lost, unclear, documents, conversations }: PolicyPreview): string {
  const people = unclear.map((name) => `  ${oneLine(name)}`);
  return [
    lostWords(terminal, lost),
    ...(people.length > 0 ? ['Clearances without a meaning:', ...people] : []),
    '',
    impactTable(terminal, 'Documents', documents),
    '',
    impactTable(terminal, 'Conversations', conversations),
  ].join('\n');
}

function impactTable(terminal: Terminal, title: string, impacts: readonly LabelImpact[]): string {
  const { colours } = terminal;
  return table(
    terminal,
    [
      { title, of: ({ count }) => String(count) },
      { title: 'Label', of: ({ before }) => before, flexible: true },
      {
        title: 'Then',
        of: ({ after = 'without a meaning' }) => after,
        flexible: true,
        paint: (cell, { after }) => (after === undefined ? colours.red(cell) : cell),
      },
      { title: 'May read besides', of: ({ gained }) => String(gained) },
      { title: 'May no longer', of: ({ lost }) => String(lost) },
    ],
    impacts,
    `${title}: none that you may know of.`,
  );
}
