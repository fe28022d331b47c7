import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { documentInput, readTei } from '#ingest';
import type { PaperDraft, Problem } from '#ingest';

import { importFiles } from '../../apps/cli/src/knowledge/importFiles.js';
import { readTestCollection } from '../../apps/cli/src/knowledge/testCollection.js';
import { figuresOf, rankWithBm25 } from '../../apps/cli/src/knowledge/evaluate.js';
import { genericMinistry } from '#policy';
import { buildCommand } from '../support/commandLine.js';
import { sharedData } from '../support/data.js';

// volumes are read by a process of its own, which is a compiled program
beforeAll(buildCommand);

const frus = sharedData('frus');
const withVolumes = frus === undefined ? describe.skip : describe;

interface Volume {
  readonly papers: readonly PaperDraft[];
  readonly problems: readonly Problem[];
}

const read = new Map<string, Volume>();

function volume(name: string): Volume {
  const known = read.get(name);
  if (known !== undefined) return known;
  const documents = [...readTei(readFileSync(join(frus ?? '', `${name}.xml`), 'utf8'), { name })];
  const papers = documents.map(({ paper }) => paper).filter((paper) => paper !== undefined);
  const made = { papers, problems: documents.flatMap(({ problems }) => problems) };
  read.set(name, made);
  return made;
}

const paper = (name: string, id: string): PaperDraft =>
  volume(name).papers.find(({ sourceId }) => sourceId === `${name}#${id}`)!;
const count = (papers: readonly PaperDraft[], wanted: (one: PaperDraft) => unknown): number =>
  papers.filter((one) => Boolean(wanted(one))).length;

withVolumes('the volumes of Foreign Relations of the United States', () => {
  test('every document of the five volumes and the sample is read', () => {
    const names = readdirSync(frus ?? '').filter((name) => name.endsWith('.xml'));
    const counts = names.map((name) => [name, volume(name.replace('.xml', '')).papers.length]);
    expect(Object.fromEntries(counts)).toMatchObject({
      'frus1948v01p2.xml': 266,
      'frus1955-57v11.xml': 361,
      'frus1964-68v20.xml': 376,
      'frus1969-76v12.xml': 229,
      'frus1969-76ve14p1.xml': 190,
    });
    const sample = join('modern-sample', 'frus1969-76ve09p1-d5-d6');
    expect(volume(sample).papers.map(({ sourceId, precedence }) => [sourceId, precedence])).toEqual([
      ['frus1969-76ve09p1#d5', 'Niact Immediate'],
      ['frus1969-76ve09p1#d6', undefined],
    ]);
    expect(volume(sample).problems).toEqual([]);
  });

  test('volume XX has for its 376 documents what a planner looks for', () => {
    const { papers, problems } = volume('frus1964-68v20');
    expect(papers).toHaveLength(376);
    expect(count(papers, ({ number }) => number)).toBe(376);
    expect(count(papers, ({ kind, title }) => kind && title)).toBe(376);
    expect(count(papers, ({ date, dateText }) => date ?? dateText === 'undated')).toBe(376);
    expect(count(papers, ({ date }) => date)).toBe(372);
    expect(count(papers, ({ classification, label }) => classification && label)).toBe(370);
    expect(count(papers, ({ from, to }) => from && to)).toBeGreaterThanOrEqual(322);
    expect(count(papers, ({ sourceNote }) => sourceNote)).toBe(372);
    expect(count(papers, ({ precedence }) => precedence)).toBe(102);
    expect(count(papers, ({ handling }) => handling.length > 0)).toBe(235);
    expect(papers.flatMap(({ footnotes }) => footnotes)).toHaveLength(690);
    // two papers have handling words only
    expect(problems.map(({ documentId }) => documentId)).toEqual(['frus1964-68v20#d305', 'frus1964-68v20#d354']);
  });

  test('no footnote stands in a body, and every reference to the lists is resolved', () => {
    const { papers } = volume('frus1964-68v20');
    const telegram = paper('frus1964-68v20', 'd2');
    expect(telegram.body).not.toContain('In telegram 1611 from Tel Aviv, November 24');
    expect(telegram.footnotes[0]).toMatchObject({ id: 'd2fn2', mark: '2' });
    const listed = papers.flatMap(({ persons }) => persons.filter(({ id }) => id !== undefined));
    expect(listed.length).toBeGreaterThan(2000);
    expect(listed.filter(({ description }) => description === undefined)).toEqual([]);
    expect(telegram.terms).toContainEqual({ id: 't_GOI1', term: 'GOI', meaning: 'Government of Israel' });
  });

  test('fields of chosen documents', () => {
    expect(paper('frus1964-68v20', 'd2')).toMatchObject({
      number: '2',
      kind: 'cable',
      date: '1967-11-25',
      dateTime: '1967-11-25T22:18:00Z',
      place: 'Washington',
      from: 'Department of State',
      to: 'Embassy in Israel',
      classification: 'Secret',
      precedence: 'Priority',
      handling: ['Exdis'],
    });
    expect(paper('frus1964-68v20', 'd28')).toMatchObject({
      classification: 'Secret',
      handling: ['Eyes Only'],
      to: 'President Johnson in Texas',
    });
    expect(paper('frus1964-68v20', 'd46')).toMatchObject({
      classification: 'Secret',
      from: 'Director of Central Intelligence Helms',
    });
    expect(paper('frus1955-57v11', 'd2')).toMatchObject({
      date: '1955-05-17',
      dateText: 'May 17, 1955—5:05 p.m.',
      place: 'Washington',
    });
    expect(paper('frus1955-57v11', 'd337')).toMatchObject({
      kind: 'aide-memoire',
      from: 'Department of State',
      to: 'Embassy of the Union of South Africa',
    });
    expect(paper('frus1948v01p2', 'd13')).toMatchObject({
      kind: 'letter',
      classification: 'Top Secret',
      from: 'Ambassador in the Soviet Union (Smith)',
      sourceNote: '761.00/4–148',
    });
    expect(paper('frus1948v01p2', 'd29').attachments).toHaveLength(2);
    expect(paper('frus1969-76v12', 'd29')).toMatchObject({
      dateText: 'undated',
      place: 'Washington',
      from: "President's Assistant for National Security Affairs (Kissinger)",
    });
    expect(paper('frus1969-76ve14p1', 'd80')).toMatchObject({ date: '1975-08', kind: 'report' });
  });

  test('raw cables of volume E–14 give their lines', () => {
    const cables = volume('frus1969-76ve14p1').papers.filter(({ kind }) => kind === 'cable');
    const having = (name: string): number => count(cables, ({ fields }) => fields.some((field) => field.name === name));
    expect(cables).toHaveLength(92);
    expect(
      Math.min(...['cable-from', 'cable-to', 'executive-order', 'tags', 'subject'].map(having)),
    ).toBeGreaterThanOrEqual(80);
  });

  test('errors of the source survive', () => {
    expect(paper('frus1969-76ve14p1', 'd62')).toMatchObject({ date: '1973-03-28', dateText: 'March 28, 1974, 2123Z' });
    expect(paper('frus1948v01p2', 'd86')).toMatchObject({
      date: '1948-07-06',
      title: expect.stringContaining('July 7, 1948') as string,
    });
  });

  test('every paper fits what the API takes', () => {
    for (const { papers } of read.values()) {
      for (const input of papers.map(documentInput)) {
        expect(input.title.trim()).not.toBe('');
        expect(input.fields.length).toBeLessThanOrEqual(200);
        expect(JSON.stringify(input).length).toBeLessThan(2_000_000);
      }
    }
  });

  test('a dry run over a volume has no document that cannot be read', async () => {
    const totals = await importFiles({ paths: [join(frus ?? '', 'frus1969-76v12.xml')], policy: genericMinistry });
    expect(totals).toMatchObject({ documents: 229, problems: 1, outcomes: { ready: 229, corrupt: 0, refused: 0 } });
  }, 60_000);
});

const ir = sharedData('ir');
(ir === undefined ? describe.skip : describe)('the yardstick on public collections', () => {
  test.each([
    ['cranfield', undefined, 0.52],
    ['xquad', 'en', 0.96],
    ['xquad', 'ru', 0.94],
    ['xquad', 'zh', 0.95],
  ])(
    'plain BM25 on %s %s',
    async (name, language, least) => {
      const collection = await readTestCollection(join(ir ?? '', name), language);
      expect(figuresOf(collection.questions, rankWithBm25(collection)).ndcg10).toBeGreaterThan(least);
    },
    60_000,
  );
});
