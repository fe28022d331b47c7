import type { CompareVersionsQuery } from '#contracts';
import { textOf } from '#document';
import type { Block, BlockDocument } from '#document';

import type { Terminal } from './terminal/terminal.js';
import { harmless, isolate, wrap } from './terminal/text.js';

type Change = CompareVersionsQuery['compareVersions'][number];

const READING_WIDTH = 80;

/** Blocks as the API sends them. */
export const readBlocks = (json: string): BlockDocument => JSON.parse(json) as BlockDocument;

/** What changed, block by block: new words in green behind `{+`, old ones in red behind `[-`; what stayed is counted. */
export function changesWords(terminal: Terminal, changes: readonly Change[]): string {
  const told: string[] = [];
  let same = 0;
  const tellSame = (): void => {
    if (same > 0) told.push(terminal.colours.dim(`   ${String(same)} ${same === 1 ? 'block' : 'blocks'} unchanged`));
    same = 0;
  };
  for (const change of changes) {
    if (change.kind === 'UNCHANGED' && !change.moved) {
      same += 1;
      continue;
    }
    tellSame();
    told.push(changeWords(terminal, change));
  }
  const isSame = told.length === 0;
  tellSame();
  return isSame ? terminal.colours.dim('The two versions do not differ.') : told.join('\n');
}

function changeWords(terminal: Terminal, { kind, moved, before, after, words }: Change): string {
  const { colours } = terminal;
  const text = (json: string | null): string => (json === null ? '' : textOf(JSON.parse(json) as Block));
  const place = moved ? colours.yellow('↕ ') : '';
  switch (kind) {
    case 'ADDED':
      return lines(terminal, '+', text(after), colours.green);
    case 'REMOVED':
      return lines(terminal, '-', text(before), colours.red);
    case 'UNCHANGED':
      return `${place}${lines(terminal, ' ', text(after), colours.dim)}`;
    case 'CHANGED':
      return `${place}${lines(terminal, '~', words.map(wordOf).join(''), (line) => line)}`
        .replaceAll(/\{\+[^}]*\+\}/gu, colours.green)
        .replaceAll(/\[-[^\]]*-\]/gu, colours.red);
  }
}

function wordOf({ kind, text }: Change['words'][number]): string {
  if (kind === 'SAME') return text;
  return kind === 'ADDED' ? `{+${text}+}` : `[-${text}-]`;
}

function lines(terminal: Terminal, sign: string, text: string, paint: (line: string) => string): string {
  const width = Math.min(READING_WIDTH, terminal.width) - 3;
  return wrap(harmless(text), width)
    .map((line, index) => `${index === 0 ? sign : ' '}  ${paint(isolate(line))}`)
    .join('\n');
}
