import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { readMarkdown, readTei } from '#ingest';

import { packagePath } from '../../../apps/cli/src/root.js';
import { randomFrom } from '../../support/clientsRandom.js';
import { sharedData } from '../../support/data.js';

/** What a paper of the benchmark is filed with, beside its label. */
interface Paper {
  readonly sourceId: string;
  readonly kind: string;
  readonly title: string;
  readonly language: string;
  readonly date: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

const LEAST_WORDS = 12;
const KINDS = ['cable', 'report', 'policy', 'record-of-conversation'];
const PLACES = ['Tel Aviv', 'Cairo', 'Tehran', 'Moscow', 'Paris', 'Ankara', 'New York', 'Rio de Janeiro', 'Tashkent'];
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1948, 0, 1);
const DAYS = 365 * 30;

/** Papers put together from paragraphs that diplomats have written, and questions in their words. The seed decides all of it. */
export class Corpus {
  private readonly random: () => number;

  private constructor(
    /** Where the paragraphs are from. */
    readonly source: string,
    private readonly paragraphs: readonly string[],
    seed: number,
  ) {
    this.random = randomFrom(seed);
  }

  /** From the FRUS volumes where they are, else from the samples of the demonstration. */
  static async read(seed: number): Promise<Corpus> {
    const volumes = sharedData('frus');
    const paragraphs = volumes === undefined ? await ofSamples() : await ofVolumes(volumes);
    const source = volumes === undefined ? 'samples' : 'FRUS';
    return new Corpus(source, paragraphs, seed);
  }

  paper(no: number): Paper {
    const body = Array.from({ length: 1 + this.below(4) }, () => this.paragraph()).join('\n\n');
    const day = new Date(FIRST_DAY + this.below(DAYS) * DAY_MS).toISOString().slice(0, 10);
    const [from, to] = [this.pick(PLACES), this.pick(PLACES)];
    return {
      sourceId: `bench#${String(no)}`,
      kind: this.pick(KINDS),
      title: `${this.words(3, 8)}, ${day.slice(0, 4)}`,
      language: 'en',
      date: day,
      from: `Embassy in ${from}`,
      to: `Embassy in ${to}`,
      body,
    };
  }

  /** A few words as they stand beside each other somewhere; no signs that a search reads as operators. */
  question(): string {
    return this.words(2, 8);
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  pick(list: readonly string[]): string {
    return list[this.below(list.length)] ?? '';
  }

  private paragraph(): string {
    return this.pick(this.paragraphs);
  }

  private words(least: number, most: number): string {
    const all = this.paragraph().match(/[\p{L}\p{N}]+/gu) ?? [];
    const count = Math.min(all.length, least + this.below(most - least + 1));
    const first = this.below(all.length - count + 1);
    return all.slice(first, first + count).join(' ');
  }
}

const paragraphsOf = (body: string): string[] =>
  body.split('\n\n').filter((paragraph) => (paragraph.match(/\p{L}+/gu)?.length ?? 0) >= LEAST_WORDS);

async function ofVolumes(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.xml')).sort();
  const paragraphs: string[] = [];
  for (const name of names) {
    const documents = readTei(await readFile(join(folder, name), 'utf8'), { name: basename(name, '.xml') });
    for (const { paper } of documents) paragraphs.push(...paragraphsOf(paper?.body ?? ''));
  }
  return paragraphs;
}

async function ofSamples(): Promise<string[]> {
  const folder = packagePath('apps', 'cli', 'samples', 'papers', 'en');
  const paragraphs: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const { paper } = readMarkdown(await readFile(join(folder, name), 'utf8'), { name });
    paragraphs.push(...paragraphsOf(paper.body));
  }
  return paragraphs;
}
