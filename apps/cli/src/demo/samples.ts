import { readFileSync } from 'node:fs';

import type { Precedence } from '#contracts';

import { packagePath } from '../root.js';
import { longReport } from './longReport.js';
import type { ReportTemplates } from './longReport.js';

type Voice = 'headquarters' | 'ambassador' | 'mission';

/** A message of the demonstration; `canary` is a word that stands nowhere else. */
export interface SampleMessage {
  readonly from: Voice;
  readonly language: string;
  readonly precedence: Precedence;
  readonly canary: string;
  readonly text: string;
}

export interface Samples {
  readonly conversation: { readonly name: string; readonly canary: string; readonly label: string };
  readonly beforeRevocation: readonly SampleMessage[];
  readonly afterRevocation: readonly SampleMessage[];
  /** A document that is meant to be found in the database files: the control of the search for canary words. */
  readonly planted: { readonly canary: string; readonly title: string; readonly text: string };
}

interface MessagesFile {
  readonly conversation: Samples['conversation'];
  readonly beforeRevocation: readonly SampleMessage[];
  readonly report: Omit<SampleMessage, 'text'> & { readonly words: number };
  readonly afterReport: readonly SampleMessage[];
  readonly afterRevocation: readonly SampleMessage[];
  readonly planted: Samples['planted'];
}

/** The folder with the sample papers. */
export const papersFolder = packagePath('apps', 'cli', 'samples', 'papers');

export function readSamples(): Samples {
  const file = readJson('messages.json') as MessagesFile;
  const { words, ...about } = file.report;
  const report = { ...about, text: longReport(readJson('report.json') as ReportTemplates, words) };
  return {
    conversation: { ...file.conversation, name: `${file.conversation.name} (${file.conversation.canary})` },
    beforeRevocation: [...file.beforeRevocation, report, ...file.afterReport],
    afterRevocation: file.afterRevocation,
    planted: file.planted,
  };
}

/** Every word that must stand nowhere on the server. */
export function canariesOf({ conversation, beforeRevocation, afterRevocation }: Samples): string[] {
  return [conversation.canary, ...[...beforeRevocation, ...afterRevocation].map(({ canary }) => canary)];
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(packagePath('apps', 'cli', 'samples', name), 'utf8'));
}
