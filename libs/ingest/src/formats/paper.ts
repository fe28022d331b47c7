import { primaryLanguage } from '#text';

import { present } from '../draft.js';
import type { ReadPaper } from '../draft.js';
import { UNKNOWN_KIND } from '../kinds.js';
import type { FileOptions } from '../markdown.js';
import { readPlainText } from '../plainText.js';
import type { Extracted } from './extraction.js';

/** Titles that programs write when nobody gave one. */
const NO_TITLE =
  /^(?:untitled|unknown|document\s*\d*|microsoft (?:office|word|powerpoint|excel)\b.*|powerpoint presentation|slide 1|title|new document|.*\.(?:docx?|pdf|rtf|pptx?|xlsx?|od[tsp]|indd|tmp|html?))$/iu;
const LONGEST_TITLE = 300;

function titleOf(title: string | undefined): string | undefined {
  const line = title?.replace(/\s+/gu, ' ').trim() ?? '';
  return line === '' || line.length > LONGEST_TITLE || NO_TITLE.test(line) || !/[\p{L}\p{N}]/u.test(line)
    ? undefined
    : line;
}

/**
 * What was extracted as a paper. The file's own words about itself are proposals: title, date and author where they
 * are given, the language only where the text does not show it. A marking in a page's margin counts like one on the first lines.
 */
export function paperOf(extracted: Extracted, options: FileOptions, isMail: boolean): ReadPaper {
  const { metadata, text, margins = [], notes = [] } = extracted;
  const title = titleOf(metadata.title);
  const read = readPlainText(text, options, { isWhole: true, margins, ...present({ title, date: metadata.date }) });
  const { paper, problems } = read;
  const said = metadata.language === undefined ? 'und' : primaryLanguage(metadata.language);
  const reasons = [...problems, ...notes];
  // a file without text says why in its notes
  const told = notes.length > 0 ? notes : reasons;
  return {
    paper: {
      ...paper,
      kind: isMail && paper.kind === UNKNOWN_KIND ? 'message' : paper.kind,
      language: paper.language === 'und' ? said : paper.language,
      ...present({ from: paper.from ?? metadata.from, to: paper.to ?? metadata.to }),
      fields: [...paper.fields, ...(metadata.author === undefined ? [] : [{ name: 'author', value: metadata.author }])],
    },
    problems: told.map((reason) => ({ documentId: options.name, ...reason })),
  };
}
