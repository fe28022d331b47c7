import { SearchMode } from './search.types.js';
import { searchRequest } from './searchRequest.js';

test('words, wordings, exclusions and fields are taken apart', () => {
  const request = searchRequest({
    query: 'river "water rights" -fish title:"high dam" kind:Cable level:top_secret year:1967',
  });
  expect(request).toEqual({
    words: 'river',
    phrases: [{ text: 'water rights' }, { text: 'high dam', field: 0 }],
    excluded: ['fish'],
    narrowing: { kinds: ['cable'], levels: ['TOP_SECRET'], firstDay: 19670101, lastDay: 19671231 },
    order: 'relevance',
    withExpired: false,
  });
});

test('alternatives in the query are any of them, together with the filter both have to fit', () => {
  const query = 'kind:cable kind:report from:Oslo';
  const { narrowing } = searchRequest({
    query,
    filter: { kinds: ['report', 'letter'], from: 'Embassy', dateFrom: '1967' },
  });
  expect(narrowing).toEqual({ kinds: ['report'], fromTerms: ['embassy', 'oslo'], firstDay: 19670101 });
});

test('a minus before a field rules it out', () => {
  expect(searchRequest({ query: 'x -topic:Fish -year:1967' }).narrowing).toEqual({
    not: { topics: ['fish'], firstDay: 19670101, lastDay: 19671231 },
  });
  expect(searchRequest({ query: 'x -title:dam' })).toMatchObject({ words: 'x', phrases: [], excluded: ['dam'] });
});

test('as a wording nothing is an operator', () => {
  const { words, phrases } = searchRequest({ query: 'kind:cable -river', mode: SearchMode.PHRASE });
  expect({ words, phrases }).toEqual({ words: '', phrases: [{ text: 'kind:cable -river' }] });
});

test('where a document stands is written as people write it', () => {
  expect(searchRequest({ query: 'status:in-review -status:draft' }).narrowing).toEqual({
    states: ['IN_REVIEW'],
    not: { states: ['DRAFT'] },
  });
});

test('what no longer holds is looked for when it is asked for, and then in the collections that are named, too', () => {
  for (const asked of [{ query: 'dam expired:yes' }, { query: 'dam', filter: { expired: true } }]) {
    expect(searchRequest(asked)).toMatchObject({ words: 'dam', withExpired: true, narrowing: {} });
  }
  for (const query of ['dam', 'dam expired:no', 'dam -expired:yes']) {
    expect(searchRequest({ query }).withExpired).toBe(false);
  }
  const { narrowing } = searchRequest({ query: 'expired:yes collection:a1 -collection:b2' });
  expect(narrowing).toEqual({ collectionIds: ['a1', 'expired a1'], not: { collectionIds: ['b2', 'expired b2'] } });
});
