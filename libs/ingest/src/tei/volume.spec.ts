import { because, readTei, XmlError } from '../index.js';
import type { PaperDraft, TeiDocument } from '../index.js';

const LISTS = `
  <div type="section" xml:id="persons"><head>Persons</head><list>
    <item><hi rend="strong"><persName xml:id="p_BW1">Barbour, Walworth</persName>,</hi> Ambassador to
      <gloss target="#t_IL1">Israel</gloss></item>
    <item><persName xml:id="p_EA1">Eban, Abba</persName>, Foreign Minister of Israel</item>
  </list></div>
  <div type="section" xml:id="terms"><head>Abbreviations</head><list>
    <item><hi><term xml:id="t_NEA1">NEA</term>,</hi> Bureau of Near Eastern Affairs</item>
  </list></div>`;

/** Written for this test after the habits of the volumes; the names are people's, the words are not. */
function volume(documents: string, { namespace = 'http://history.state.gov/ns/1.0', front = LISTS } = {}): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="${namespace}"><teiHeader><fileDesc>
<titleStmt><title type="complete">A Volume</title></titleStmt>
<publicationStmt><idno type="isbn-13">0</idno><idno type="frus">frus2000v01</idno></publicationStmt></fileDesc></teiHeader>
<text><front>${front}</front><body><div type="compilation"><head>Region</head><div type="chapter"><head>Talks</head>
${documents}</div></div></body></text></TEI>`;
}

const document = (inner: string, id = 'd1', n = '1'): string =>
  `<div type="document" xml:id="${id}" n="${n}">${inner}</div>`;
const read = (inner: string, options = {}): TeiDocument =>
  [...readTei(volume(document(inner), options))][0] as TeiDocument;
const paper = (inner: string, options = {}): PaperDraft => read(inner, options).paper as PaperDraft;

const TELEGRAM = `
  <head>1. Telegram From the <gloss type="from">Embassy in Israel</gloss> to the <gloss type="to">Department of State</gloss>
    <note n="1" xml:id="d1fn1" type="source">Source: Archive, RG 59, POL 27. Secret; Priority; Exdis; Roger Channel. Drafted by
      <persName corresp="#p_BW1">Barbour</persName> in <gloss target="#t_NEA1">NEA</gloss>; approved by nobody.</note></head>
  <dateline><hi rend="italic"><placeName>Tel Aviv</placeName>, <date when="1967-11-27T17:30:00Z">November 27, 1967, 1730Z</date>.</hi></dateline>
  <list type="subject"><head>SUBJECT</head><item>Transit</item></list>
  <p>1611. I told <persName corresp="#p_EA1">Eban</persName><note n="2" xml:id="d1fn2">See <hi>ibid.</hi></note> that inter<pb n="3"/>national
     law holds [<placeName>
       <hi>here</hi>
     </placeName>, too].</p>
  <p>First line<lb/>second line</p>
  <list><label>(a)</label><item>one</item><label>(b)</label><item>two</item></list>
  <table><row><cell>Left</cell><cell>Right</cell></row></table>
  <closer><signed><persName>Barbour</persName></signed></closer>`;

describe('a telegram', () => {
  const telegram = paper(TELEGRAM);

  test('is known by volume and id, with number, kind, place and date', () => {
    expect(telegram).toMatchObject({
      sourceId: 'frus2000v01#d1',
      number: '1',
      kind: 'cable',
      kindWord: 'Telegram',
      place: 'Tel Aviv',
    });
    expect(telegram).toMatchObject({
      date: '1967-11-27',
      dateTime: '1967-11-27T17:30:00Z',
      dateText: 'November 27, 1967, 1730Z',
    });
    expect(telegram.title).toBe('Telegram From the Embassy in Israel to the Department of State');
  });

  test('has sender and receiver', () => {
    expect(telegram).toMatchObject({ from: 'Embassy in Israel', to: 'Department of State' });
  });

  test('has its markings in the words of the source and as a label', () => {
    expect(telegram).toMatchObject({
      classification: 'Secret',
      precedence: 'Priority',
      handling: ['Exdis', 'Roger Channel'],
    });
    expect(telegram.label).toEqual({
      policy: 'generic-ministry',
      level: 'SECRET',
      categories: [{ tag: 'HANDLING', values: ['EXDIS'] }],
    });
  });

  test('keeps source note and footnotes apart from the body', () => {
    expect(telegram.sourceNote).toMatch(/^Source: Archive, RG 59, POL 27\. Secret/u);
    expect(telegram.footnotes).toEqual([{ id: 'd1fn2', mark: '2', text: 'See ibid.' }]);
    expect(telegram.body).not.toContain('ibid');
  });

  test('has its text as blocks: page breaks join words, line breaks stay, labels stand before their items', () => {
    expect(telegram.body.split('\n\n')).toEqual([
      'SUBJECT',
      'Transit',
      '1611. I told Eban that international law holds [here, too].',
      'First line\nsecond line',
      '(a) one',
      '(b) two',
      'Left | Right',
      'Barbour',
    ]);
  });

  test('resolves persons and abbreviations from the lists of the volume', () => {
    expect(telegram.persons).toEqual([
      { id: 'p_BW1', name: 'Barbour, Walworth', role: 'mentioned', description: 'Ambassador to Israel' },
      { id: 'p_EA1', name: 'Eban, Abba', role: 'mentioned', description: 'Foreign Minister of Israel' },
      { name: 'Barbour', role: 'mentioned' },
    ]);
    expect(telegram.terms).toEqual([{ id: 't_NEA1', term: 'NEA', meaning: 'Bureau of Near Eastern Affairs' }]);
  });

  test('says where in the volume it stands', () => {
    expect(telegram.fields).toEqual(
      expect.arrayContaining([
        { name: 'subject', value: 'Transit' },
        { name: 'section', value: 'Region / Talks' },
        { name: 'drafted', value: 'Drafted by Barbour in NEA' },
      ]),
    );
  });
});

describe('persons of the heading', () => {
  test('sender and receiver come first, with their roles', () => {
    const { persons, from, to } =
      paper(`<head>2. Memorandum From the Special Assistant (<persName type="from" corresp="#p_BW1">Barbour</persName>)
      to President <persName type="to">Johnson</persName> in Texas</head><p>Text about <persName type="to">Johnson</persName>.</p>`);
    expect(persons.map(({ name, role }) => [name, role])).toEqual([
      ['Barbour, Walworth', 'from'],
      ['Johnson', 'to'],
    ]);
    expect({ from, to }).toEqual({ from: 'Special Assistant (Barbour)', to: 'President Johnson in Texas' });
  });
});

describe('dates', () => {
  const dated = (dateline: string): Partial<PaperDraft> => {
    const { date, dateEnd, dateTime, dateText, place } = paper(
      `<head>1. Memorandum</head><dateline>${dateline}</dateline><p>Text.</p>`,
    );
    return Object.fromEntries(
      Object.entries({ date, dateEnd, dateTime, dateText, place }).filter(([, value]) => value !== undefined),
    );
  };

  test.each([
    ['<placeName>Washington</placeName>, <date>undated</date>.', { dateText: 'undated', place: 'Washington' }],
    ['[Washington, undated.]', { dateText: 'undated', place: 'Washington' }],
    [
      'Washington, May 17, 1955—5:05 p.m.',
      { date: '1955-05-17', dateText: 'May 17, 1955—5:05 p.m.', place: 'Washington' },
    ],
    ['<date>17 April 1948</date>', { date: '1948-04-17', dateText: '17 April 1948' }],
    [
      '<date from="1955-07-18" to="1955-07-23">July 18–23, 1955</date>',
      { date: '1955-07-18', dateEnd: '1955-07-23', dateText: 'July 18–23, 1955' },
    ],
    ['<date>July 18–23, 1955</date>', { date: '1955-07-18', dateEnd: '1955-07-23', dateText: 'July 18–23, 1955' }],
    [
      '<date notBefore="1969-01-20" notAfter="1969-01-31">late January</date>',
      { date: '1969-01-20', dateEnd: '1969-01-31', dateText: 'late January' },
    ],
    ['<date when="1975-08">August 1975</date>', { date: '1975-08', dateText: 'August 1975' }],
    ['<date when="1973-03-28">March 28, 1974</date>', { date: '1973-03-28', dateText: 'March 28, 1974' }],
    [
      '<date when="1969-01-29">January 29, 1969</date>, <time from="13:00:00" to="14:40:00">1–2:40 p.m.</time>',
      { date: '1969-01-29', dateTime: '1969-01-29T13:00:00', dateText: 'January 29, 1969, 1–2:40 p.m.' },
    ],
  ])('%s', (dateline, expected) => {
    expect(dated(dateline)).toEqual(expected);
  });

  test('date and place at the end of the heading', () => {
    const { date, place, to } =
      paper(`<head>62. Telegram 62535 From the Department of State to All Diplomatic Posts, <placeName>Washington</placeName>,
      <date when="1974-03-28">March 28, 1974</date>.</head><p>Text.</p>`);
    expect({ date, place, to }).toEqual({ date: '1974-03-28', place: 'Washington', to: 'All Diplomatic Posts' });
  });

  test('a heading that says undated', () => {
    expect(
      paper('<head>50. Briefing Paper, <placeName>Washington</placeName>, undated.</head><p>Text.</p>'),
    ).toMatchObject({
      dateText: 'undated',
      place: 'Washington',
    });
  });

  test('a document without any date is undated', () => {
    expect(paper('<head>5. Editorial Note</head><p>On May 1, 1955, nothing happened.</p>')).toMatchObject({
      kind: 'editorial-note',
      dateText: 'undated',
    });
  });

  test('a note between governments ends with its date', () => {
    const closing =
      '<head>The British Embassy to the Department of State</head><p>Text.</p><p><hi>Washington</hi>, August 9, 1948.</p>';
    expect(paper(closing)).toMatchObject({ date: '1948-08-09', place: 'Washington' });
  });
});

describe('the volume of 1948', () => {
  const old = paper(
    `<note rend="inline" type="source">761.00/6–3048: Telegram</note>
     <opener><seg rendition="#center">[Extract]</seg></opener>
     <head><hi rend="italic">The Ambassador in the Soviet Union</hi> (<persName type="from">
       <hi rend="italic">Smith</hi>
     </persName>) <hi rend="italic">to the <gloss type="to">Secretary of State</gloss></hi></head>
     <opener><dateline>[<placeName><hi>Moscow</hi></placeName>,] <date when="1948-06-30T18:00:00">June 30, 1948—6 p. m.</date></dateline>
       <seg rendition="#left"><hi rend="smallcaps">secret</hi></seg><seg rendition="#left"><hi>us urgent</hi></seg></opener>
     <p>1214. Text.</p>
     <frus:attachment><opener><seg>[Enclosure]</seg></opener><head><hi>Memorandum by Mr. Smith</hi></head>
       <opener><dateline><date when="1948-06-01">June 1, 1948</date>.</dateline><seg>top secret</seg></opener>
       <p>Enclosed.<note n="1" xml:id="d1fn1">A note.</note></p></frus:attachment>`,
    { namespace: 'http://history.state.gov/frus/ns/1.0', front: '' },
  );

  test('takes the kind from the file number, the markings from the stamps', () => {
    expect(old).toMatchObject({ kind: 'cable', classification: 'Secret', precedence: 'US Urgent', handling: [] });
    expect(old).toMatchObject({ sourceNote: '761.00/6–3048: Telegram', place: 'Moscow', date: '1948-06-30' });
  });

  test('takes sender and receiver from a heading without a kind', () => {
    expect(old).toMatchObject({ from: 'Ambassador in the Soviet Union (Smith)', to: 'Secretary of State' });
    expect(old.title).toBe('The Ambassador in the Soviet Union (Smith) to the Secretary of State');
  });

  test('keeps enclosures apart, their footnotes with the others', () => {
    expect(old.attachments).toEqual([
      { title: 'Memorandum by Mr. Smith', dateText: 'June 1, 1948.', body: '[Enclosure]\n\nEnclosed.' },
    ]);
    expect(old.footnotes).toEqual([{ id: 'd1fn1', mark: '1', text: 'A note.' }]);
    expect(old.body).toBe('[Extract]\n\n1214. Text.');
  });

  test('a date that only an enclosure has is taken, even where the heading says another', () => {
    const minutes = paper(`<head>Minutes of the Meeting, July 7, 1948, 4 p. m.</head><p>Text.</p>
      <frus:attachment><head/><opener><dateline><date when="1948-07-06">July 6, 1948</date></dateline></opener><p>Note.</p></frus:attachment>`);
    expect(minutes).toMatchObject({
      date: '1948-07-06',
      dateText: 'July 6, 1948',
      title: 'Minutes of the Meeting, July 7, 1948, 4 p. m.',
    });
  });
});

describe('today’s encoding', () => {
  const modern = [
    ...readTei(
      volume(`<div type="document" n="5" xml:id="d5" subtype="historical-document" frus:doc-dateTime-min="1974-07-15T10:11:00-05:00"
        frus:doc-dateTime-max="1974-07-15T10:11:00-05:00"><head>5. Telegram 152114 From the Department of State to the Interests Section in Algeria<note
        n="1" xml:id="d5fn1"><p><seg type="summary">Summary: A message.</seg></p><p><seg type="source">Source: Library. Secret; Niact Immediate;
        <gloss target="#t_Nodis_1">Nodis</gloss>; Stadis. Drafted by nobody.</seg></p></note></head>
        <dateline><placeName>Washington</placeName>, <date when="1974-07-15T15:11:00+00:00">July 15, 1974, 1511Z</date>.</dateline><p>Text.</p></div>
        <div type="document" n="6" xml:id="d6" subtype="editorial-note" frus:doc-dateTime-min="1974-07-01T00:00:00-05:00"
        frus:doc-dateTime-max="1974-07-31T23:59:59-05:00"><head>6. Editorial Note</head><p>Text.</p></div>`),
    ),
  ].map((one) => one.paper as PaperDraft);

  test('finds source and summary in one note', () => {
    expect(modern[0]).toMatchObject({
      summary: 'Summary: A message.',
      footnotes: [],
      classification: 'Secret',
      precedence: 'Niact Immediate',
    });
    expect(modern[0]?.sourceNote).toMatch(/^Source: Library/u);
    expect(modern[0]?.handling).toEqual(['Nodis', 'Stadis']);
    expect(modern[0]?.fields).toContainEqual({ name: 'cable-number', value: '152114' });
  });

  test('takes the span of days from the document where there is no dateline', () => {
    expect(modern[1]).toMatchObject({ date: '1974-07-01', dateEnd: '1974-07-31' });
  });
});

describe('source notes', () => {
  const marked = (note: string): Record<string, unknown> => {
    const { classification, precedence, handling, label } = paper(
      `<head>1. Memorandum<note type="source">${note}</note></head><p>Text.</p>`,
    );
    return { classification, precedence, handling, label: label?.level };
  };

  test.each([
    [
      'Source: A Library. No classification marking. The letter was delivered.',
      'No classification marking',
      undefined,
      [],
      'UNCLASSIFIED',
    ],
    ['Source: Files. Official Use Only; Niact.', 'Official Use Only', 'Niact', [], 'RESTRICTED'],
    ['Source: Files. Limited Official Use. Priority. Pouched.', 'Limited Official Use', 'Priority', [], 'RESTRICTED'],
    ['Source: Files, SR/1—.Confidential Drafted on November 26.', 'Confidential', undefined, [], 'CONFIDENTIAL'],
    ['Source: Files. Confidential, Priority. Drafted.', 'Confidential', 'Priority', [], 'CONFIDENTIAL'],
    [
      'Source: Files. Secret. Controlled Dissem. A note says more.',
      'Secret',
      undefined,
      ['Controlled Dissem'],
      'SECRET',
    ],
    ['Source: Box 11, Folder 9, Secret. Drafted by Helms.', 'Secret', undefined, [], 'SECRET'],
    ['Source: Files. Personal and Confidential. Drafted.', 'Confidential', undefined, ['Personal'], 'CONFIDENTIAL'],
    [
      'Source: Files. Confidential with Nodis Attachment. Sent.',
      'Confidential',
      undefined,
      ['with Nodis Attachment'],
      'CONFIDENTIAL',
    ],
    [
      'Source: Files. Top Secret; Sensitive; For the President Only.',
      'Top Secret',
      undefined,
      ['Sensitive', 'For the President Only'],
      'TOP_SECRET',
    ],
    ['Source: Johnson Library, Confidential File, Box 3. Secret.', 'Secret', undefined, [], 'SECRET'],
    ['Source: Files. Literally Eyes Only.', undefined, undefined, ['Literally Eyes Only'], undefined],
  ])('%s', (note, classification, precedence, handling, label) => {
    expect(marked(note)).toEqual({ classification, precedence, handling, label });
  });

  test('a note of the heading that only looks like a source note is one', () => {
    const read1 = paper(
      '<head>28. Telegram<note n="1" xml:id="d1fn1">Johnson Library, Vol. 55. Secret; Eyes Only.</note></head><p>Text.</p>',
    );
    expect(read1).toMatchObject({ classification: 'Secret', handling: ['Eyes Only'], footnotes: [] });
  });

  test('a paper that is not printed has its source in brackets', () => {
    const bracketed = paper(
      '<head>46. Memorandum</head><p>[Source: A Library. Secret. 1 page of source text not declassified.]</p>',
    );
    expect(bracketed).toMatchObject({
      classification: 'Secret',
      sourceNote: 'Source: A Library. Secret. 1 page of source text not declassified.',
    });
  });

  test('a note without a classification is a problem that is named', () => {
    const { problems } = read('<head>1. Letter<note type="source">Source: Files, USSR.</note></head><p>Text.</p>');
    expect(problems).toEqual([{ documentId: 'frus2000v01#d1', ...because('NO_CLASSIFICATION') }]);
  });
});

describe('raw cables', () => {
  test('the lines over the text are read', () => {
    const { fields, topics, from, to } =
      paper(`<head>3. Telegram 140 From the Mission to the United Nations to the Department of State</head>
      <p>TELEGRAM<lb/>Department of State</p><p>P 172308Z JAN 73<lb/>FM USMISSION USUN NEW YORK<lb/>TO SECSTATE WASHDC 8100<lb/>AMEMBASSY PARIS<lb/>INFO
      AMEMBASSY LONDON</p><p>E.O. 11652: GDS<lb/>TAGS: UN, PINT<lb/>SUBJECT: TALKS IN<lb/>NEW YORK<lb/>REF: STATE 51556</p><p>1. TEXT TO READ</p>`);
    expect({ from, to, topics }).toEqual({
      from: 'Mission to the United Nations',
      to: 'Department of State',
      topics: ['UN', 'PINT'],
    });
    expect(Object.fromEntries(fields.map(({ name, value }) => [name, value]))).toMatchObject({
      'date-time-group': 'P 172308Z JAN 73',
      'cable-from': 'USMISSION USUN NEW YORK',
      'cable-to': 'SECSTATE WASHDC 8100; AMEMBASSY PARIS',
      'cable-info': 'AMEMBASSY LONDON',
      'executive-order': '11652: GDS',
      subject: 'TALKS IN NEW YORK',
      references: 'STATE 51556',
    });
  });
});

describe('what cannot be read', () => {
  test('does not stop the rest', () => {
    const documents = `<div type="document"><head>Nameless</head></div>${document('<p>No heading.</p>', 'd2', '2')}${document(TELEGRAM, 'd3', '3')}`;
    const all = [...readTei(volume(documents))];
    expect(all.map(({ documentId, paper: one }) => [documentId, one !== undefined])).toEqual([
      ['frus2000v01', false],
      ['frus2000v01#d2', true],
      ['frus2000v01#d3', true],
    ]);
    expect(all[1]?.problems).toEqual([{ documentId: 'frus2000v01#d2', ...because('NO_HEADING') }]);
  });

  test('a name that the lists lack is a problem, unless the file has no lists', () => {
    const inner = '<head>1. Letter</head><p><persName corresp="#p_X">Nobody</persName></p>';
    expect(read(inner).problems.map(({ reason }) => reason)).toEqual(['“p_X” is not in the volume’s lists']);
    expect(read(inner, { front: '' }).problems).toEqual([]);
    expect(read(inner).paper?.persons).toEqual([{ id: 'p_X', name: 'Nobody', role: 'mentioned' }]);
  });

  test('other XML is told apart from TEI', () => {
    expect([...readTei('<html/>', { name: 'page.xml' })]).toEqual([
      { documentId: 'page.xml', problems: [{ documentId: 'page.xml', ...because('NOT_TEI', { root: 'html' }) }] },
    ]);
  });

  test.each([
    ['not XML at all', 'plain words'],
    ['cut off in the middle', '<TEI><text>'],
    ['entities of its own', '<!DOCTYPE TEI [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><TEI>&c;</TEI>'],
    ['nested without end', `<TEI>${'<div>'.repeat(3000)}${'</div>'.repeat(3000)}</TEI>`],
    ['empty', ''],
  ])('%s is refused with a reason', (_, xml) => {
    expect(() => [...readTei(xml)]).toThrow(XmlError);
  });
});
