import { stringify } from 'yaml';

import { toMarkdownText } from '#document';

import { stampLine } from './paper.js';
import type { Publication } from './paper.js';

/** Values over the text, in the words that an import of Markdown understands. */
function frontMatter({ paper, stamp }: Publication): string {
  const { id, title, kind, number, language, marking, date, from, to, version } = paper;
  const own = { id, title, kind, number, label: marking, language, date, from, to };
  const said = Object.entries(own).filter(([, value]) => value !== undefined && value !== '');
  return stringify({ ...Object.fromEntries(said), version, exported: stampLine(stamp) });
}

/** A paper as Markdown: its marking above and below, portion marks, footnotes; who took it out stands over the text. */
export function paperMarkdown(publication: Publication): string {
  const { paper, portionMark } = publication;
  const body = toMarkdownText(paper.body, {
    footnotes: paper.footnotes,
    portionMark: ({ attrs: { label } }) => (label ? portionMark(label) : ''),
  });
  const banner = `**${escaped(paper.marking)}**`;
  return `---\n${frontMatter(publication)}---\n\n${[banner, `# ${escaped(paper.title)}`, body.trim(), banner].join('\n\n')}\n`;
}

/** Signs that mean something in Markdown, as themselves. */
const escaped = (text: string): string =>
  text.replaceAll(/\s+/gu, ' ').replaceAll(/[\\`*_[\]<>#|~]/gu, (sign) => `\\${sign}`);
