import fc from 'fast-check';

import { anyLabel } from '../anyLabel.spec.js';
import type { Label } from '../label.js';
import { canonicalLabel } from '../label.js';
import { PolicyError } from '../policy.js';
import type { SecurityPolicy } from '../policy.js';
import { policyPresets } from '../presets/index.js';
import { readStanagLabel } from './read.js';
import { fromStanag, LABEL_KINDS, ORIGINATOR_TYPES, toStanag } from './stanagLabel.js';
import type { StanagInformation, StanagLabel } from './stanagLabel.js';
import { writeStanagLabel } from './write.js';

const NOW = new Date('2026-11-21T10:00:00.000Z');
const preset = (id: string): SecurityPolicy => {
  const policy = policyPresets.get(id);
  if (!policy) throw new RangeError(id);
  return policy;
};
const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
  return 'nothing';
};

const SLAB = 'xmlns:slab="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"';
/** A label as other products write it, with one part replaced. */
const natoLabel = (from = '', to = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<slab:originatorConfidentialityLabel ${SLAB} ReviewDateTime="2031-09-26T00:00:00Z">
  <slab:ConfidentialityInformation>
    <slab:PolicyIdentifier URI="urn:oid:1.3.26.1.3.1">NATO</slab:PolicyIdentifier>
    <slab:Classification>SECRET</slab:Classification>
    <slab:PrivacyMark>OPEN ONLY AT HQ</slab:PrivacyMark>
    <slab:Category TagName="Additional Sensitivity" Type="RESTRICTIVE"><slab:GenericValue>ATOMAL</slab:GenericValue></slab:Category>
    <slab:Category TagName="Releasable To" Type="PERMISSIVE">
      <slab:GenericValue>AUT</slab:GenericValue><!-- two of them --><slab:GenericValue>che</slab:GenericValue>
    </slab:Category>
  </slab:ConfidentialityInformation>
  <slab:OriginatorID IDType="rfc822Name">author@example.org</slab:OriginatorID>
  <slab:CreationDateTime>2026-09-26T14:00:00+02:00</slab:CreationDateTime>
</slab:originatorConfidentialityLabel>`.replace(from, to);

describe('a label of another product', () => {
  test('is read with all that it says', () => {
    expect(readStanagLabel(natoLabel())).toEqual({
      kind: 'originator',
      information: {
        policy: 'NATO',
        policyUri: 'urn:oid:1.3.26.1.3.1',
        classification: 'SECRET',
        privacyMark: 'OPEN ONLY AT HQ',
        categories: [
          { tag: 'Additional Sensitivity', type: 'RESTRICTIVE', values: ['ATOMAL'] },
          { tag: 'Releasable To', type: 'PERMISSIVE', values: ['AUT', 'che'] },
        ],
      },
      originator: { type: 'rfc822Name', id: 'author@example.org' },
      createdAt: new Date('2026-09-26T12:00:00Z'),
      reviewAt: new Date('2031-09-26T00:00:00Z'),
    });
  });

  test('means a label of the policy that it names, whatever the case', () => {
    const { information, createdAt } = readStanagLabel(natoLabel());
    expect(fromStanag(information, preset('nato'), createdAt)).toEqual({
      label: {
        policy: 'nato',
        level: 'SECRET',
        categories: [
          { tag: 'ADDITIONAL_SENSITIVITY', values: ['ATOMAL'] },
          { tag: 'RELEASABLE_TO', values: ['AUT', 'CHE'] },
        ],
      },
      action: 'same',
      dropped: [],
    });
  });

  test('keeps a time without a zone as UTC', () => {
    const { createdAt } = readStanagLabel(natoLabel('14:00:00+02:00', '12:00:00'));
    expect(createdAt).toEqual(new Date('2026-09-26T12:00:00Z'));
  });

  test.each([
    [
      'a document type',
      '<slab:originator',
      '<!DOCTYPE x [<!ENTITY e "SECRET">]><slab:originator',
      'declares a document type',
    ],
    ['another namespace', '4774:confidentialitymetadatalabel:1:0', '4774:other', 'is no confidentiality label'],
    [
      'no classification',
      '<slab:Classification>SECRET</slab:Classification>',
      '',
      'needs Classification before slab:PrivacyMark',
    ],
    ['an empty classification', '>SECRET<', '> <', 'slab:Classification: is empty'],
    [
      'two classifications',
      '<slab:PrivacyMark>',
      '<slab:Classification>U</slab:Classification><slab:PrivacyMark>',
      'slab:Classification where the schema has none',
    ],
    [
      'an order that the schema has not',
      '<slab:PolicyIdentifier',
      '<slab:Classification>U</slab:Classification><slab:PolicyIdentifier',
      'needs PolicyIdentifier before',
    ],
    ['a type in small letters', '"PERMISSIVE"', '"permissive"', 'is none of RESTRICTIVE, PERMISSIVE, INFORMATIVE'],
    ['no type', ' Type="PERMISSIVE"', '', 'needs the attribute Type'],
    [
      'values of a kind that the standard forbids',
      '<slab:GenericValue>ATOMAL</slab:GenericValue>',
      '<slab:BitStringValue>01</slab:BitStringValue>',
      'slab:BitStringValue where the schema has none',
    ],
    [
      'a restriction of another namespace',
      '<slab:PrivacyMark>OPEN ONLY AT HQ</slab:PrivacyMark>',
      '<x:Only xmlns:x="urn:x">NOFORN</x:Only>',
      'x:Only where the schema has none',
    ],
    [
      'text beside the elements',
      '<slab:Classification>',
      'NOFORN <slab:Classification>',
      'holds text beside its elements',
    ],
    ['elements in a text', '>SECRET<', '>SEC<b/>RET<', 'holds elements where a text is expected'],
    ['a character that XML can not carry', '>SECRET<', '>SECRET&#0;<', 'holds characters that XML can not carry'],
    ['no creation time', /<slab:CreationDateTime>.*<\/slab:CreationDateTime>/u, '', 'needs CreationDateTime'],
    ['a day that is none', '2026-09-26T14', '2026-13-26T14', 'CreationDateTime: is no date and time'],
    ['an unclosed element', '</slab:originatorConfidentialityLabel>', '', 'is no well-formed XML'],
    ['no XML at all', /[^]*/u, 'SECRET', 'is no well-formed XML'],
    ['more text than a label has', '>SECRET<', `>${'S'.repeat(70_000)}<`, 'is longer than 65536 characters'],
  ])('with %s is refused', (_, from, to, problem) => {
    expect(problemOf(() => readStanagLabel(natoLabel(from as string, to)))).toContain(problem);
  });

  test.each([
    ['level', '>SECRET<', '>HUSH<', 'HUSH is no level of North Atlantic Treaty Organization'],
    ['category', '"Releasable To"', '"Shown To"', 'Shown To is no category'],
    ['value', '>ATOMAL<', '>UMBRA<', 'UMBRA is no value of ADDITIONAL_SENSITIVITY'],
    ['type of a category', '"RESTRICTIVE"', '"INFORMATIVE"', 'Additional Sensitivity is RESTRICTIVE under'],
    ['policy', '>NATO<', '>MOON<', 'has no equivalences for the policy MOON'],
  ])('with an unknown %s means nothing', (_, from, to, problem) => {
    const { information } = readStanagLabel(natoLabel(from, to));
    expect(problemOf(() => fromStanag(information, preset('nato'), NOW))).toContain(problem);
  });
});

describe('labels of our own', () => {
  test.each([...policyPresets.values()])('under $name go out and come back the same', (policy) => {
    fc.assert(
      fc.property(anyLabel(policy), (label: Label) => {
        const xml = writeStanagLabel({
          kind: 'originator',
          information: toStanag(label, policy),
          createdAt: NOW,
          reviewAt: NOW,
        });
        const { information, createdAt } = readStanagLabel(xml);
        const meaning = fromStanag(information, policy, createdAt);
        expect(canonicalLabel(meaning.label)).toBe(canonicalLabel(label));
        expect(meaning.action).toBe('same');
      }),
    );
  });

  test('any label comes back whole, with its life cycle, whatever its texts hold', () => {
    fc.assert(
      fc.property(stanagLabels, (label) => {
        expect(readStanagLabel(writeStanagLabel(label))).toEqual(label);
      }),
    );
  });

  test('without a review or a successor are not written', () => {
    const information = { policy: 'NATO', classification: 'SECRET', categories: [] };
    expect(problemOf(() => writeStanagLabel({ kind: 'originator', information, createdAt: NOW }))).toMatch(
      /^reviewAt: is needed/,
    );
  });

  test('with text that XML can not carry are not written', () => {
    const information = { policy: 'NATO', classification: 'SEC\u0000RET', categories: [] };
    const write = () => writeStanagLabel({ kind: 'metadata', information, createdAt: NOW, reviewAt: NOW });
    expect(problemOf(write)).toContain('XML can carry no control characters');
  });
});

const texts = fc
  .string({ unit: 'binary' })
  .filter((text) => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text));
const tokens = texts.map((text) => text.trim().replace(/\s+/gu, ' ')).filter((text) => text !== '');
const instants = fc.date({ min: new Date(0), max: new Date('2200-01-01T00:00:00Z'), noInvalidDate: true });
const information: fc.Arbitrary<StanagInformation> = fc.record(
  {
    policy: tokens,
    policyUri: texts,
    classification: tokens,
    privacyMark: texts,
    categories: fc.array(
      fc.record(
        {
          tag: texts,
          type: fc.constantFrom('RESTRICTIVE' as const, 'PERMISSIVE' as const, 'INFORMATIVE' as const),
          uri: texts,
          values: fc.array(texts),
        },
        { requiredKeys: ['tag', 'type', 'values'] },
      ),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: ['policy', 'classification', 'categories'] },
);
const base = fc.record(
  {
    information,
    originator: fc.record({ type: fc.constantFrom(...ORIGINATOR_TYPES), id: texts }),
    createdAt: instants,
  },
  { requiredKeys: ['information', 'createdAt'] },
);
const stanagLabels: fc.Arbitrary<StanagLabel> = fc
  .tuple(base, fc.constantFrom(...LABEL_KINDS), instants, fc.option(fc.record({ at: instants, label: base })))
  .map(([own, kind, reviewAt, succession]) => ({ ...own, kind, ...(succession ? { succession } : { reviewAt }) }));
