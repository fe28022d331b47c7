import type { ImportedDocument, ImportProgress, ImportTotals, Outcome } from './importFiles.js';

/** The words of a body; what has no spaces between words counts by letters. */
const wordCount = (text: string): number => text.match(/\S+/gu)?.length ?? 0;

/** What became of a document, in one word: filed in whatever way (`filed` says how), or why not. */
function outcomeJson(outcome: Outcome): { outcome: string; filed?: Outcome } {
  if (outcome === 'ready') return { outcome: 'imported' };
  const isFiled = outcome === 'created' || outcome === 'revised' || outcome === 'unchanged';
  return isFiled ? { outcome: 'imported', filed: outcome } : { outcome };
}

/** A document as `--json` prints it: what was read and what became of it, the body only by its number of words. */
export function documentJson(document: ImportedDocument): object {
  const { path, sourceId, outcome, documentId, paper, problems, milliseconds } = document;
  const about = {
    path,
    ...outcomeJson(outcome),
    reason: problems.map(({ reason }) => reason).join('; '),
    language: paper?.language ?? 'und',
    milliseconds,
    sourceId,
    ...(documentId === undefined ? {} : { documentId }),
  };
  if (paper === undefined) return { ...about, words: 0, problems };
  const { body, attachments, date, ...rest } = paper;
  return {
    ...about,
    ...rest,
    words: wordCount(body),
    date: date ?? 'undated',
    attachments: attachments.map(({ title, dateText, body: text }) => ({ title, dateText, words: wordCount(text) })),
    problems,
  };
}

/** The last line of `--json`. */
export const totalsJson = (totals: ImportTotals): object => ({ totals });

/** One line for a terminal while the import runs. */
export function progressWords(progress: ImportProgress): string {
  const { files, filesDone, documents, expected, documentsPerSecond, secondsLeft } = progress;
  const left = secondsLeft > 0 ? `, ${leftWords(secondsLeft)} left` : '';
  return `${documents} of ${expected} documents, ${filesDone} of ${files} files, ${documentsPerSecond.toFixed(0)} a second${left}`;
}

const leftWords = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/** What came of it, for people. */
export function totalsWords({
  files,
  documents,
  outcomes,
  problems,
  originals,
  seconds,
  memory,
}: ImportTotals): string {
  const parts = Object.entries(outcomes).filter(([, count]) => count > 0);
  const became = parts.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const keptWords = originals === 0 ? '' : `${originals} files kept; `;
  const mebibytes = Math.ceil(memory.together / 1024 / 1024);
  return `${documents} documents of ${files} files in ${seconds.toFixed(1)} s: ${became || 'nothing to do'}; ${keptWords}${problems} problems; at most ${mebibytes} MiB of memory.`;
}

/** A document that went wrong, or of which a part could not be read, for people. */
export function problemWords({ path, outcome, problems }: ImportedDocument): string[] {
  const isFiled = ['created', 'revised', 'unchanged', 'ready'].includes(outcome);
  return problems.map(({ documentId, reason }) => `${isFiled ? 'note' : outcome}: ${documentId} (${path}): ${reason}`);
}
