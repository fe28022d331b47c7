import { contentHash } from './metadata.js';
import type { DocumentMetadata } from './metadata.js';

const metadata: DocumentMetadata = {
  ...{
    kind: 'cable',
    number: '7',
    title: 'Port fees',
    language: 'en',
    date: '1967-05',
    dateText: 'May',
    from: 'A',
    to: 'B',
  },
  ...{ place: 'Lima', topics: ['trade'], countries: ['PE'], handling: ['NODIS'] },
  fields: [{ name: 'tags', value: 'x' }],
  persons: [{ id: 'p', name: 'Ana', role: 'from', description: null }],
  footnotes: [{ id: null, mark: '1', text: 'See above.' }],
};
const label = { policy: 'ministry', level: 'SECRET', categories: [] };
const hashOf = (changed: DocumentMetadata): string =>
  contentHash({ sourceId: null, label, metadata: changed, body: 'Text', blocks: null, changeNote: '' }).toString('hex');

test('the same metadata is the same paper, in whatever order the database gives its keys back', () => {
  const reversed = Object.fromEntries(Object.entries(metadata).reverse()) as unknown as DocumentMetadata;
  expect(hashOf(reversed)).toBe(hashOf(metadata));
});

test.each(Object.keys(metadata))('another value of %s is another paper', (name) => {
  expect(hashOf({ ...metadata, [name]: ['other'] })).not.toBe(hashOf(metadata));
});
