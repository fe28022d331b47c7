import type { Command } from 'commander';

import { MarkNoticesSeenDocument, MyNoticesDocument } from '#contracts';
import type { MyNoticesQuery } from '#contracts';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { PAGE, everyPage } from '../pages.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

type NoticeView = MyNoticesQuery['myNotices']['edges'][number]['node'];

interface NoticesFlags extends VaultFlags {
  readonly all?: boolean;
  readonly keep?: boolean;
}

export function noticesCommand(terminal: Terminal): Command {
  return vaultCommand(
    'notices',
    'Show what is new around your documents, and mark it as seen.',
    'chancery notices',
    'chancery notices --all --json',
  )
    .option('--all', 'those that you have seen, too')
    .option('--keep', 'do not mark them as seen')
    .action(
      withClient<NoticesFlags>(terminal, async ({ client, report }, { all, keep }) => {
        const notices = await everyPage(async (after) => {
          const asked = { first: PAGE, after, unseenOnly: all !== true };
          return (await client.execute(MyNoticesDocument, asked)).myNotices;
        });
        report.results(notices, (found) => noticeTable(terminal, found));
        const fresh = notices.filter(({ seenAt }) => seenAt === null).map(({ id }) => id);
        if (keep === true) return;
        for (let start = 0; start < fresh.length; start += PAGE) {
          await client.execute(MarkNoticesSeenDocument, { ids: fresh.slice(start, start + PAGE) });
        }
      }),
    );
}

function noticeTable(terminal: Terminal, notices: readonly NoticeView[]): string {
  return table(
    terminal,
    [
      { title: 'When', of: ({ createdAt }) => createdAt.slice(0, 16).replace('T', ' ') },
      { title: 'What', of: ({ kind }) => kind.toLowerCase().replaceAll('_', ' ') },
      { title: 'Document', of: ({ document }) => document?.title ?? '', flexible: true },
      { title: 'Id', of: ({ documentId }) => documentId, paint: terminal.colours.dim },
    ],
    notices,
    'Nothing is new.',
  );
}
