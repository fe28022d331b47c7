import { parseXml } from '../xml.js';
import { readHeading } from './head.js';
import { partiesOf } from './parties.js';

/** `<f>` and `<t>` mark sender and receiver as the volumes do. */
function parties(head: string): readonly [string | undefined, string | undefined] {
  const xml = head
    .replace(/<(\/?)f>/gu, (_, end) => (end === '/' ? '</gloss>' : '<gloss type="from">'))
    .replace(/<(\/?)t>/gu, (_, end) => (end === '/' ? '</gloss>' : '<gloss type="to">'));
  const { from, to } = partiesOf(readHeading(parseXml(`<head>${xml}</head>`)));
  return [from, to];
}

describe('sender and receiver of a heading', () => {
  test.each([
    [
      'Telegram From the Mission to the United Nations to the Department of State',
      'Mission to the United Nations',
      'Department of State',
    ],
    [
      'Telegram From <f>the Department of State</f> to the Mission to <t>the North Atlantic Treaty Organization</t>',
      'Department of State',
      'Mission to the North Atlantic Treaty Organization',
    ],
    [
      'Memorandum From <f>William Hall</f>, Senior Adviser to the Mission, to the Representative (<t>Lodge</t>)',
      'William Hall, Senior Adviser to the Mission',
      'Representative (Lodge)',
    ],
    [
      'Memorandum of a Conversation Between the Secretary (<f>Dulles</f>) and the Representative (<t>Lodge</t>), Department of State, Washington, May 13, 1957, 12:30 p.m.',
      'Secretary (Dulles)',
      'Representative (Lodge)',
    ],
    [
      'Notes From Lunch Between the Assistant to the President (<t>Ellsworth</t>) and the Chargé (<t>Tcherniakov</t>)',
      'Assistant to the President (Ellsworth)',
      'Chargé (Tcherniakov)',
    ],
    [
      'Report to the National Security Council by the Executive Secretary (Souers)',
      'Executive Secretary (Souers)',
      'National Security Council',
    ],
    [
      'Memorandum by the Political Adviser to the Delegation (Nufer)',
      'Political Adviser to the Delegation (Nufer)',
      undefined,
    ],
    [
      'Memorandum by George Bronz, Treasury, to the Head of the Delegation to the First Session',
      'George Bronz, Treasury',
      'Head of the Delegation to the First Session',
    ],
    ['Memorandum of Conversation, by the Secretary of State', 'Secretary of State', undefined],
    [
      'Statement by the Under Secretary (Lovett) Before the Joint Committee, January 21, 1948',
      'Under Secretary (Lovett)',
      undefined,
    ],
    ['Report by the Council on United States Policy on Atomic Warfare', 'Council', undefined],
    [
      'Paper Prepared for the Council by the Interdepartmental Group for Europe',
      'Interdepartmental Group for Europe',
      'Council',
    ],
    [
      'Position Paper Prepared in the Bureau of Affairs for the Delegation to the Tenth Session',
      'Bureau of Affairs',
      'Delegation to the Tenth Session',
    ],
    [
      'The Ambassador in Cuba (<f>Norweb</f>) to the <t>Secretary of State</t>',
      'Ambassador in Cuba (Norweb)',
      'Secretary of State',
    ],
    [
      'Mr. <f>William Clayton</f> to the Secretary of the Army (<t>Royall</t>)',
      'Mr. William Clayton',
      'Secretary of the Army (Royall)',
    ],
    ['The <f>Secretary of State</f> of the <t>Embassy in Brazil</t>', 'Secretary of State', 'Embassy in Brazil'],
    ['Letter From Chairman <f>Kosygin</f> to President <t>Nixon</t>', 'Chairman Kosygin', 'President Nixon'],
    ['Memorandum of Conversation', undefined, undefined],
    ['Extract From Bulletin No. 151, May 17, 1948', undefined, undefined],
    ['Editorial Note', undefined, undefined],
    ['', undefined, undefined],
  ])('%s', (head, from, to) => {
    expect(parties(head)).toEqual([from, to]);
  });
});
