import { Bm25, bm25Weight, inverseDocumentFrequency, PINNED_BM25 } from './index.js';

describe('BM25', () => {
  test('weights are those of the formula', () => {
    // ln(1 + (10 − 2 + ½) / (2 + ½)) = ln 4.4
    const idf = inverseDocumentFrequency(10, 2);
    expect(idf).toBeCloseTo(Math.log(4.4), 12);
    // a document of mean length: tf 2 · 2.2 / (2 + 1.2)
    expect(bm25Weight(idf, { frequency: 2, length: 100, meanLength: 100 })).toBeCloseTo(Math.log(4.4) * 1.375, 12);
    // twice as long: 2 · 2.2 / (2 + 1.2 · 1.75)
    expect(bm25Weight(1, { frequency: 2, length: 200, meanLength: 100 })).toBeCloseTo(4.4 / 4.1, 12);
    expect(PINNED_BM25).toEqual({ k1: 1.2, b: 0.75 });
  });

  test('a term in every document is still worth something, never less than nothing', () => {
    expect(inverseDocumentFrequency(5, 5)).toBeGreaterThan(0);
  });

  test('the document that says it more often and shorter comes first; what says nothing is not found', () => {
    const index = new Bm25('en');
    index.add(
      'long',
      'The ambassador spoke about many other matters, at great length and with much patience, and about transit.',
    );
    index.add('short', 'Transit agreements on transit.');
    index.add('other', 'Fisheries.');
    expect(index.search('What about transit agreement?', 10).map(({ id }) => id)).toEqual(['short', 'long']);
    expect(index.search('elephants', 10)).toEqual([]);
  });

  test('equal documents keep the order in which they were added', () => {
    const index = new Bm25('en');
    for (const id of ['c', 'a', 'b']) index.add(id, 'corridor');
    expect(index.search('corridor', 2).map(({ id }) => id)).toEqual(['c', 'a']);
  });
});
