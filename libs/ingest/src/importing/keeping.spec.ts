import { genericMinistry } from '#policy';
import type { Label } from '#policy';

import type { PaperDraft } from '../draft.js';
import type { KeepOriginals, Kept, LocalFile, ReadDocument } from './documents.js';
import { Keeping } from './keeping.js';

const at = (level: string): Label => ({ policy: genericMinistry.id, level, categories: [] });
const fileAt = (path: string): LocalFile => ({
  path,
  name: path,
  size: 10,
  sha256: `hash of ${path}`,
  read: () => Promise.resolve(new Uint8Array(10)),
});

const paper = (sourceId: string, level?: string): PaperDraft => ({
  ...{ sourceId, kind: 'report', title: sourceId, language: 'en', dateText: 'undated', body: 'Text.' },
  ...{ handling: [], topics: [], countries: [], fields: [], persons: [], terms: [], footnotes: [], attachments: [] },
  ...(level === undefined ? {} : { label: at(level) }),
});

/** A document of the file `m`, read from it, or from a file inside. */
function documentAt(path: string, level?: string, more: Partial<ReadDocument> = {}): ReadDocument {
  const inside = path === 'm' ? {} : { content: fileAt(path) };
  return { path, file: 'm', sourceId: path, paper: paper(path, level), problems: [], ...inside, ...more };
}

/** Keeps everything but what it is told to refuse. */
class Shelf implements KeepOriginals {
  readonly lying: string[] = [];
  readonly noted: string[] = [];

  constructor(private readonly refusal?: Kept) {}

  known: KeepOriginals['known'] = () => Promise.resolve(new Map());
  keepAll: KeepOriginals['keepAll'] = (wanted) => {
    if (!this.refusal) this.lying.push(...wanted.map(({ file, documentId }) => `${file.path} beside ${documentId}`));
    return Promise.resolve(wanted.map(() => this.refusal ?? 'kept'));
  };
  note: KeepOriginals['note'] = (_, { name }, documentIds) => {
    this.noted.push(`${name}: ${documentIds.join()}`);
    return Promise.resolve();
  };
}

/** The file `m` with these documents, of which the server takes those that are not named. */
async function keep(
  shelf: Shelf,
  documents: readonly ReadDocument[],
  refused: readonly string[] = [],
): Promise<Keeping> {
  const target = { originals: shelf, collectionId: 'c', policy: genericMinistry, defaultLabel: at('RESTRICTED') };
  const keeping = new Keeping(target);
  keeping.begin(fileAt('m'), 'name of m');
  for (const document of documents) keeping.read(document, document.paper !== undefined);
  for (const document of documents) {
    const isTaken = !refused.includes(document.sourceId);
    keeping.filed(document, isTaken ? { documentId: `id of ${document.sourceId}`, versionNumber: 1 } : undefined);
  }
  keeping.end('m');
  await keeping.flush();
  return keeping;
}

describe('when all of a file is filed', () => {
  test('it lies beside its paper, and what is inside beside theirs', async () => {
    const shelf = new Shelf();
    const keeping = await keep(shelf, [documentAt('m'), documentAt('m#a'), documentAt('m#a#b')]);
    expect(shelf.lying).toEqual(['m beside id of m', 'm#a beside id of m#a', 'm#a#b beside id of m#a#b']);
    expect(shelf.noted).toEqual([]);
    expect([keeping.kept, keeping.held]).toEqual([3, 0]);
  });

  test('one that encloses a paper of a higher label stays out, and so does every file around that paper', async () => {
    const shelf = new Shelf();
    await keep(shelf, [documentAt('m'), documentAt('m#a'), documentAt('m#a#b', 'SECRET')]);
    expect(shelf.lying).toEqual(['m#a#b beside id of m#a#b']);
    expect(shelf.noted).toEqual(['name of m: id of m,id of m#a,id of m#a#b']);
  });

  test('one of several papers side by side lies beside none; it is noted', async () => {
    const shelf = new Shelf();
    const volume = [1, 2].map((n) => documentAt('m', undefined, { sourceId: `m#d${n}` }));
    await keep(shelf, volume);
    expect([shelf.lying, shelf.noted]).toEqual([[], ['name of m: id of m#d1,id of m#d2']]);
  });

  test('a duplicate inside under a higher label, or under one that nobody can say, keeps the file around it out', async () => {
    const { path, file, sourceId, problems } = documentAt('m#a');
    const twin = { path, file, sourceId, problems, failure: 'duplicate' } as const;
    for (const label of [{ twinLabel: at('SECRET') }, {}]) {
      const shelf = new Shelf();
      await keep(shelf, [documentAt('m'), { ...twin, ...label }]);
      expect(shelf.lying).toEqual([]);
    }
  });
});

test('a file of which a paper was refused is neither kept nor noted; what is inside it, and filed, is', async () => {
  const shelf = new Shelf();
  await keep(shelf, [documentAt('m'), documentAt('m#a'), documentAt('m#b')], ['m#b']);
  expect([shelf.lying, shelf.noted]).toEqual([['m#a beside id of m#a'], []]);
});

test('what the server does not take is told by its code, and all of it being filed is noted', async () => {
  const shelf = new Shelf({ error: 'QUOTA_EXCEEDED', detail: 'There is no room.' });
  const { problems } = await keep(shelf, [documentAt('m')]);
  expect(problems).toEqual([
    {
      path: 'm',
      code: 'NOT_KEPT',
      values: { error: 'QUOTA_EXCEEDED', detail: 'There is no room.' },
      reason: 'the file itself is not kept: There is no room. (QUOTA_EXCEEDED)',
    },
  ]);
  expect(shelf.noted).toEqual(['name of m: id of m']);
});
