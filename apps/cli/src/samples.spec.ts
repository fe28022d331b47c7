import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { readMarkdown } from '#ingest';
import type { ReadPaper } from '#ingest';
import { genericMinistry, validateLabel } from '#policy';

import { papersFolder } from './demo/samples.js';

const papers: ReadPaper[] = readdirSync(papersFolder, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readMarkdown(readFileSync(join(entry.parentPath, entry.name), 'utf8'), { name: entry.name }));

const words = (text: string): number => text.split(/\s+/u).filter((word) => word !== '').length;

describe('the sample papers', () => {
  test('are at least 42, in five languages', () => {
    const count = (language: string): number => papers.filter(({ paper }) => paper.language === language).length;
    expect(papers.length).toBeGreaterThanOrEqual(42);
    expect(count('en')).toBeGreaterThanOrEqual(10);
    for (const language of ['fr', 'ar', 'ru', 'uz']) expect(count(language)).toBeGreaterThanOrEqual(8);
  });

  test.each(papers.map((read) => [read.paper.sourceId, read] as const))(
    '%s says what it is',
    (_, { paper, problems }) => {
      expect(problems).toEqual([]);
      expect(paper).toMatchObject({
        date: expect.any(String) as string,
        from: expect.any(String) as string,
        to: expect.any(String) as string,
      });
      expect(paper.label && validateLabel(paper.label, genericMinistry)).toEqual([]);
      expect(words(paper.body)).toBeGreaterThanOrEqual(145);
      expect(words(paper.body)).toBeLessThanOrEqual(350);
    },
  );

  test('use the same words on every level, so that a search shows who may read what', () => {
    const patterns = {
      en: /fisheries|corridor/u,
      fr: /pêche|corridor/u,
      ar: /مصايد|الممر/u,
      ru: /рыболов|коридор/u,
      uz: /baliq|yo‘lak|балиқ|йўлак/iu,
    };
    for (const [language, pattern] of Object.entries(patterns)) {
      const fitting = papers.filter(({ paper }) => paper.language === language && pattern.test(paper.body));
      const levels = fitting.map(({ paper }) => paper.label?.level);
      expect(new Set(levels)).toEqual(new Set(['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL', 'SECRET']));
    }
  });
});
