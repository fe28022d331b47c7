import type { Command } from 'commander';

import type { Client } from '#client';
import { BacklinksDocument, LinksDocument } from '#contracts';
import type { LinkPartsFragment, LinkState } from '#contracts';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { PAGE, everyPage } from '../pages.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { isolate, oneLine } from '../terminal/text.js';

interface LinksFlags extends VaultFlags {
  readonly back?: boolean;
  readonly changed?: boolean;
}

const WORDS: Readonly<Record<LinkState, string>> = {
  CURRENT: '',
  CHANGED: 'changed',
  GONE: 'gone',
  SUPERSEDED: 'superseded',
};

export function linksCommand(terminal: Terminal): Command {
  return vaultCommand(
    'links',
    'Show where a document leads, what it cites and whether that still stands. In a text a link is chancery:document/ID, ' +
      'a citation chancery:document/ID#PARAGRAPH, of one version chancery:document/ID/2#PARAGRAPH.',
    'chancery links 019a…',
    'chancery links 019a… --back',
  )
    .argument('<document>', 'id of the document')
    .option('--back', 'what leads to it, instead')
    .option('--changed', 'only citations whose source has changed, is gone or superseded')
    .action(
      withClient<LinksFlags, [string]>(terminal, async ({ client, report }, { back, changed }, documentId) => {
        const isBack = back === true;
        const all = await linksOf(client, documentId, isBack);
        const found = changed === true ? all.filter(({ state }) => state !== 'CURRENT') : all;
        report.results(found, (links) => linkList(terminal, links, isBack));
      }),
    );
}

async function linksOf(client: Client, documentId: string, isBack: boolean): Promise<LinkPartsFragment[]> {
  return everyPage(async (after) => {
    const asked = { documentId, first: PAGE, after };
    if (isBack) return (await client.execute(BacklinksDocument, asked)).backlinks;
    return (await client.execute(LinksDocument, asked)).links;
  });
}

function linkList(terminal: Terminal, links: readonly LinkPartsFragment[], isBack: boolean): string {
  if (links.length === 0) return terminal.colours.dim('There are no links between documents that you may read.');
  return links.map((link) => linkWords(terminal, link, isBack)).join('\n\n');
}

function linkWords({ colours }: Terminal, link: LinkPartsFragment, isBack: boolean): string {
  const { title, label, id } = isBack ? link.source : link.target;
  const { state, targetBlockId, citedVersion, citedText, currentText } = link;
  const version = citedVersion === null ? '' : `, version ${String(citedVersion)}`;
  const place = targetBlockId === null ? [] : [`  cites paragraph ${targetBlockId}${version}`];
  const cited =
    state === 'CHANGED' || state === 'GONE' ? [textLine('then', citedText), textLine('now', currentText)] : [];
  return [
    `${colours.bold(isolate(oneLine(title)))}  ${colours.inverse(` ${label.marking} `)}  ${colours.yellow(WORDS[state])}`.trimEnd(),
    ...place,
    ...cited.filter((line) => line !== ''),
    `  ${colours.dim(id)}`,
  ].join('\n');
}

const textLine = (when: string, text: string | null): string =>
  text === null ? '' : `  ${when}: ${isolate(oneLine(text))}`;
