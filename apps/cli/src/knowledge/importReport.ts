import type { ImportedDocument, ImportProgress, ImportTotals } from './importFiles.js';

/** The words of a body; what has no spaces between words counts by letters. */
const wordCount = (text: string): number => text.match(/\S+/gu)?.length ?? 0;

/** A document as `--json` prints it: what was read and what became of it, the body only by its number of words. */
export function documentJson({ path, sourceId, outcome, documentId, paper, problems }: ImportedDocument): object {
  const about = { path, sourceId, outcome, ...(documentId === undefined ? {} : { documentId }) };
  const reasons = problems.map(({ documentId: id, reason }) => ({ documentId: id, reason }));
  if (paper === undefined) return { ...about, problems: reasons };
  const { body, attachments, date } = paper;
  const rest = Object.entries(paper).filter(([name]) => name !== 'body');
  return {
    ...about,
    ...Object.fromEntries(rest),
    date: date ?? 'undated',
    words: wordCount(body),
    attachments: attachments.map(({ title, dateText, body: text }) => ({ title, dateText, words: wordCount(text) })),
    problems: reasons,
  };
}

/** The last line of `--json`. */
export const totalsJson = (totals: ImportTotals): object => ({ totals });

/** One line for a terminal while the import runs. */
export function progressWords({ files, filesDone, documents, expected, documentsPerSecond }: ImportProgress): string {
  return `${documents} of ${expected} documents, ${filesDone} of ${files} files, ${documentsPerSecond.toFixed(0)} a second`;
}

/** What came of it, for people. */
export function totalsWords({ files, documents, outcomes, problems, seconds }: ImportTotals): string {
  const parts = Object.entries(outcomes).filter(([, count]) => count > 0);
  const became = parts.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `${documents} documents of ${files} files in ${seconds.toFixed(1)} s: ${became || 'nothing to do'}; ${problems} problems.`;
}

/** A document that went wrong, or of which a part could not be read, for people. */
export function problemWords({ path, outcome, problems }: ImportedDocument): string[] {
  const failed = outcome === 'refused' || outcome === 'unreadable' || outcome === 'unsupported';
  return problems.map(({ documentId, reason }) => `${failed ? outcome : 'note'}: ${documentId} (${path}): ${reason}`);
}
