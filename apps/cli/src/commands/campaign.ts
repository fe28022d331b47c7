import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { CampaignDayView, CampaignHolderView, CampaignReminderView, CampaignView, Client } from '#client';
import { SUITES } from '#contracts';

import { collect, family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { choose, findPost, shortId } from '../lookup.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { time } from '../values.js';

export function campaignCommand(terminal: Terminal): Command {
  return family('campaign', 'Have every device change its keys by a deadline, and see who holds it back.', [
    startCommand(terminal),
    listCommand(terminal),
    showCommand(terminal),
    remindCommand(terminal),
    endCommand(terminal),
  ]);
}

interface StartFlags extends VaultFlags {
  readonly deadline: string;
  readonly suite?: string;
  readonly level?: readonly string[];
  readonly post?: readonly string[];
}

function startCommand(terminal: Terminal): Command {
  return vaultCommand(
    'start',
    'Begin a campaign: devices change their keys, or move to a cipher suite, by themselves; whoever has not by the deadline is removed.',
    'chancery campaign start --deadline 2027-06-30',
    'chancery campaign start --deadline 2027-01-31T12:00:00Z --level SECRET --post "Embassy in Lima"',
    'chancery campaign start --deadline 2027-06-30 --suite xwing-chacha20poly1305',
  )
    .requiredOption('--deadline <time>', 'until when', time)
    .option('--suite <name>', `move conversations to this cipher suite: ${SUITES.map(({ name }) => name).join(', ')}`)
    .option('--level <level>', 'only conversations with this level (may be given several times)', collect)
    .option('--post <post>', 'only conversations with somebody of this post: name or id (several times)', collect)
    .action(
      withClient<StartFlags>(terminal, async ({ client, report }, { deadline, suite, level, post }) => {
        await client.catchUp();
        const levels = level && { levels: level.map((id) => id.toUpperCase()) };
        const posts = await Promise.all((post ?? []).map((wanted) => findPost(client, wanted)));
        const scope = { ...levels, ...(posts.length > 0 && { postIds: posts.map(({ id }) => id) }) };
        const campaign = await client.campaigns.start({ deadline, ...(suite !== undefined && { suite }), ...scope });
        report.result(campaign, () => words(terminal, campaign));
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List campaigns, newest first.', 'chancery campaign list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      report.results(await client.campaigns.list(), (campaigns) => campaignTable(terminal, campaigns));
    }),
  );
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand(
    'show',
    'Show how far a campaign has come, and which devices hold it back.',
    'chancery campaign show 0195f1c2',
  )
    .argument('[campaign]', 'id, or the beginning of it; default: the newest')
    .action(
      withClient<VaultFlags, [string | undefined]>(terminal, async ({ client, report }, _, wanted) => {
        const campaign = await find(client, wanted);
        const [heldBackBy, days] = await Promise.all([
          client.campaigns.heldBackBy(campaign.id),
          client.campaigns.days(campaign.id),
        ]);
        report.result({ ...campaign, days, heldBackBy }, () =>
          [
            words(terminal, campaign),
            ...days.map(dayWords),
            ...campaign.reminders.map(reminderWords),
            '',
            holderTable(terminal, heldBackBy),
          ].join('\n'),
        );
      }),
    );
}

function remindCommand(terminal: Terminal): Command {
  return vaultCommand(
    'remind',
    'Remind the devices that hold a campaign back. They are reminded by themselves at half-time and on the last day.',
    'chancery campaign remind 0195f1c2',
  )
    .argument('[campaign]', 'id, or the beginning of it; default: the newest')
    .action(
      withClient<VaultFlags, [string | undefined]>(terminal, async ({ client, report }, _, wanted) => {
        const { id } = await find(client, wanted);
        const reminder = await client.campaigns.remind(id);
        report.result({ campaignId: id, ...reminder }, () => reminderWords(reminder));
      }),
    );
}

function endCommand(terminal: Terminal): Command {
  return vaultCommand(
    'end',
    'End a campaign: nobody is removed for it any more; keys that were changed stay changed.',
    'chancery campaign end 0195f1c2',
  )
    .argument('<campaign>', 'id, or the beginning of it')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        const ended = await client.campaigns.end((await find(client, wanted)).id);
        report.result(ended, () => words(terminal, ended));
      }),
    );
}

async function find(client: Client, wanted: string | undefined): Promise<CampaignView> {
  const campaigns = await client.campaigns.list();
  const named = campaigns.map((campaign) => ({ ...campaign, name: campaign.id }));
  if (wanted !== undefined) return choose('campaign', wanted, named);
  if (campaigns[0]) return campaigns[0];
  throw new ChanceryError('NOT_FOUND', 'there was no campaign yet', { field: 'campaign' });
}

function words({ colours }: Terminal, campaign: CampaignView): string {
  const { groups, groupsDone, members, membersDone, deadline, endedAt, suite } = campaign;
  const aim = suite === undefined ? 'have new keys' : `are in ${suite}`;
  return [
    `${colours.bold('Campaign')} ${shortId(campaign.id)}  ${endedAt === undefined ? `until ${deadline}` : `ended ${endedAt}`}`,
    `${bar(membersDone, members)} ${String(membersDone)} of ${String(members)} devices in conversations ${aim}`,
    `${bar(groupsDone, groups)} ${String(groupsDone)} of ${String(groups)} conversations are done`,
  ].join('\n');
}

const REASONS: Readonly<Record<CampaignReminderView['reason'], string>> = {
  HALF_TIME: 'at half-time',
  LAST_DAY: 'for the last day',
  OFFICER: 'by an officer',
};

function reminderWords({ reason, at, devices }: CampaignReminderView): string {
  const whom = devices === 1 ? '1 device' : `${String(devices)} devices`;
  return `Reminded ${REASONS[reason]} ${at.slice(0, 16).replace('T', ' ')}: ${whom}`;
}

/** How far it was at the end of a day. */
function dayWords({ day, members, membersDone }: CampaignDayView): string {
  return `${bar(membersDone, members)} ${day}: ${String(membersDone)} of ${String(members)} devices`;
}

const WIDTH = 20;

/** How much of the whole; of nothing, all is done. */
function bar(done: number, all: number): string {
  const filled = all === 0 ? WIDTH : Math.floor((done / all) * WIDTH);
  return '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
}

function campaignTable(terminal: Terminal, campaigns: readonly CampaignView[]): string {
  return table(
    terminal,
    [
      { title: 'Id', of: ({ id }) => shortId(id), paint: terminal.colours.bold },
      { title: 'Begun', of: ({ startedAt }) => startedAt.slice(0, 16).replace('T', ' ') },
      { title: 'Deadline', of: ({ deadline }) => deadline.slice(0, 16).replace('T', ' ') },
      { title: 'State', of: ({ endedAt }) => (endedAt === undefined ? 'under way' : 'ended') },
      { title: 'Conversations done', of: ({ groups, groupsDone }) => `${String(groupsDone)} of ${String(groups)}` },
    ],
    campaigns,
    'There was no campaign yet.',
  );
}

function holderTable(terminal: Terminal, holders: readonly CampaignHolderView[]): string {
  return table(
    terminal,
    [
      { title: 'Person', of: ({ personName }) => personName, flexible: true, paint: terminal.colours.bold },
      { title: 'Device', of: ({ deviceName }) => deviceName, flexible: true },
      { title: 'Conversations to do', of: ({ groups }) => String(groups) },
    ],
    holders,
    'No device holds it back.',
  );
}
