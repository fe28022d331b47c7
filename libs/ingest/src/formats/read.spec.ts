import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { genericMinistry } from '#policy';

import { LIMITS } from './extraction.js';
import type { Tools } from './extraction.js';
import { readDocumentFile } from './read.js';
import type { FileDocument } from './read.js';
import { storedZip, ZipArchive } from './zip.js';

const tools: Tools = {
  inflate: (data, most) => inflateRawSync(data, { maxOutputLength: Math.max(1, most) }),
  decode: (data, encoding) => new TextDecoder(encoding).decode(data),
  digest: (data) => createHash('sha256').update(data).digest('hex'),
};

async function read(name: string, content: Uint8Array | string): Promise<FileDocument[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const options = { name, volume: name, policy: genericMinistry };
  const found: FileDocument[] = [];
  for await (const document of readDocumentFile(new Uint8Array(bytes), options, tools)) found.push(document);
  return found;
}

const packed = (parts: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  storedZip(new Map(Object.entries(parts).map(([name, content]) => [name, new Uint8Array(Buffer.from(content))])));

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const word = (body: string, more: Readonly<Record<string, string | Uint8Array>> = {}): Uint8Array =>
  packed({
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    '_rels/.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    'word/document.xml': `<w:document ${W}><w:body>${body}</w:body></w:document>`,
    ...more,
  });
const paragraph = (text: string): string => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

const office = (content: string, more: Readonly<Record<string, string>> = {}): Uint8Array =>
  packed({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>${content}</office:text></office:body></office:document-content>`,
    ...more,
  });

/** A PDF of one page with this text, or none. */
function pdf(text: string): string {
  const stream = text === '' ? '' : `BT /F1 12 Tf 72 700 Td (${text}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    '<</Title(Fees of transit)/Author(A. Registrar)/CreationDate(D:20240315120000Z)>>',
  ];
  const body = objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join('');
  return `%PDF-1.4\n${body}trailer<</Root 1 0 R/Info 6 0 R/Size 7>>\n%%EOF`;
}

describe('a file becomes a paper', () => {
  test('Word: text, properties, marking of the header; no deleted words, no comments, no programs', async () => {
    const deleted = '<w:p><w:del><w:r><w:delText>withdrawn</w:delText></w:r></w:del><w:r><w:t>Kept.</w:t></w:r></w:p>';
    const row = `<w:tbl><w:tr><w:tc>${paragraph('Fee')}</w:tc><w:tc>${paragraph('12')}</w:tc></w:tr></w:tbl>`;
    const [document] = await read(
      'a.docx',
      word(paragraph('Transit fees') + deleted + row, {
        'word/header1.xml': `<w:hdr ${W}>${paragraph('SECRET')}</w:hdr>`,
        'word/vbaProject.bin': 'program',
        'docProps/core.xml':
          '<c:coreProperties xmlns:c="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Brief on fees</dc:title><dc:creator>A. Author</dc:creator><dcterms:created>2024-03-15T10:00:00Z</dcterms:created></c:coreProperties>',
      }),
    );
    expect(document).toMatchObject({
      sourceId: 'a.docx',
      inside: [],
      paper: {
        title: 'Brief on fees',
        date: '2024-03-15',
        classification: 'Secret',
        label: { level: 'SECRET' },
        body: 'Transit fees\n\nKept.\n\nFee | 12',
      },
      problems: [{ reason: 'it holds macros, which are left out' }],
    });
    expect(document?.paper?.fields).toContainEqual({ name: 'author', value: 'A. Author' });
  });

  test('OpenDocument: lists, tables, notes, spaces; no deleted passages and remarks', async () => {
    const content = `<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>Title</text:h>
      <text:p>One<text:s text:c="2"/>two<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note><office:annotation><text:p>remark</text:p></office:annotation></text:p>
      <text:list><text:list-item><text:p>Item</text:p></text:list-item></text:list>
      <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>`;
    const [document] = await read('a.odt', office(content));
    expect(document?.paper?.body).toBe('Title\n\nOne two [A note.]\n\n– Item\n\na | | b');
  });

  test('sheets: shared and inline strings, dates, formulas by their value', async () => {
    const [document] = await read(
      'a.xlsx',
      packed({
        'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="Fees" r:id="r1"/></sheets></workbook>',
        'xl/_rels/workbook.xml.rels': '<R><Relationship Id="r1" Type="t/worksheet" Target="worksheets/s.xml"/></R>',
        'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        'xl/sharedStrings.xml': '<sst><si><t>Country</t></si><si><r><t>Sar</t></r><r><t>mand</t></r></si></sst>',
        'xl/worksheets/s.xml':
          '<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>Since</t></is></c></row><row><c t="s"><v>1</v></c><c s="1"><v>45366</v></c><c><f>1+1</f><v>2</v></c></row></sheetData></worksheet>',
      }),
    );
    expect(document?.paper?.body).toBe('Fees\n\nCountry | Since\nSarmand | 2024-03-15 | 2');
  });

  test('slides: in the order in which they are shown, with the notes of the speaker', async () => {
    const slide = (text: string) => `<s xmlns:a="a"><a:p><a:r><a:t>${text}</a:t></a:r></a:p></s>`;
    const [document] = await read(
      'a.pptx',
      packed({
        'ppt/presentation.xml': '<p xmlns:r="r"><sldIdLst><sldId r:id="b"/><sldId r:id="a"/></sldIdLst></p>',
        'ppt/_rels/presentation.xml.rels':
          '<R><Relationship Id="a" Type="t/slide" Target="slides/slide1.xml"/><Relationship Id="b" Type="t/slide" Target="slides/slide2.xml"/></R>',
        'ppt/slides/slide1.xml': slide('Last'),
        'ppt/slides/slide2.xml': slide('First'),
        'ppt/slides/_rels/slide2.xml.rels':
          '<R><Relationship Id="n" Type="t/notesSlide" Target="../notesSlides/n.xml"/></R>',
        'ppt/notesSlides/n.xml': slide('Say it slowly'),
      }),
    );
    expect(document?.paper?.body).toBe('First\n\nSay it slowly\n\nLast');
  });

  test('PDF: text and properties; a scan is taken and says that it needs OCR', async () => {
    const [document] = await read('a.pdf', pdf('The corridor is open.'));
    expect(document?.paper).toMatchObject({
      title: 'Fees of transit',
      date: '2024-03-15',
      body: 'The corridor is open.',
    });
    expect(document?.paper?.fields).toContainEqual({ name: 'author', value: 'A. Registrar' });
    const [scan] = await read('b.pdf', pdf(''));
    expect(scan).toMatchObject({ paper: { body: '' }, problems: [{ reason: 'no text layer: it needs OCR' }] });
  });

  test('RTF: code pages, Unicode with fallback, hidden words and instructions left out', async () => {
    const rtf =
      "{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0\\fcharset204 Times;}{\\f1\\fnil\\fcharset128 Mincho;}}{\\info{\\title Note}{\\creatim\\yr2024\\mo3\\dy15}}{\\header RESTRICTED}\\f0 \\'cc\\'e8\\'f0\\par \\u8364? {\\v hidden}shown{\\*\\unknown no}\\par{\\f1 \\'83\\'5d}{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}}";
    const [document] = await read('a.rtf', rtf);
    expect(document?.paper).toMatchObject({
      title: 'Note',
      date: '2024-03-15',
      label: { level: 'RESTRICTED' },
      body: 'Мир\n\n€ shown\n\nゾ7',
    });
  });

  test('HTML: what a reader sees, by the encoding that it is in, not by the one that it claims', async () => {
    const arabic = Buffer.from('<html><head><meta charset="utf-8"><title>T</title></head><body><p>', 'latin1');
    const letters = Buffer.from([0xc7, 0xe4, 0xe6, 0xe1, 0xea, 0x20, 0xc7, 0xe4, 0xc7, 0xe8, 0xe4]);
    const [old] = await read('a.html', Buffer.concat([arabic, letters]));
    expect(old?.paper?.body).toBe(tools.decode(letters, 'iso-8859-6'));
    const page =
      '<html lang="fr"><head><title>Accord &amp; suite</title><meta name="author" content="B. Auteur"><style>p{}</style></head><body><h1>Accord</h1><script>alert(1)</script><p>Texte <a href="http://x/">lien</a></p><table><tr><td>a</td><td>b</td></tr></table></body></html>';
    const [document] = await read('b.html', page);
    expect(document?.paper).toMatchObject({ title: 'Accord & suite', body: 'Accord\n\nTexte lien\n\na | b' });
  });
});

describe('files inside files', () => {
  const mail = (...attachments: readonly (readonly [name: string, type: string, content: Uint8Array])[]): string =>
    [
      ...[
        'From: Ann <ann@example.org>',
        'To: ben@example.org',
        'Subject: Fees',
        'Date: Fri, 15 Mar 2024 10:00:00 +0000',
      ],
      ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/html', '', '<p>See below.</p>'],
      ...attachments.flatMap(([name, type, content]) => [
        ...['--b', `Content-Type: ${type}`, 'Content-Transfer-Encoding: base64'],
        ...[`Content-Disposition: attachment; filename="${name}"`, '', Buffer.from(content).toString('base64')],
      ]),
      '--b--',
      '',
    ].join('\r\n');

  test('mail with a document with a document: each its own paper, named by the way to it', async () => {
    const inner = word(paragraph('Inner'), { 'word/embeddings/book.odt': office('<text:p>Innermost</text:p>') });
    const documents = await read(
      'm.eml',
      mail(['fees.docx', 'application/msword', inner], ['x.png', 'image/png', Buffer.from('\x89PNG', 'latin1')]),
    );
    expect(documents.map(({ sourceId, failure, paper }) => [sourceId, failure ?? paper?.body])).toEqual([
      ['m.eml', 'See below.'],
      ['m.eml#fees.docx', 'Inner'],
      ['m.eml#fees.docx#book.odt', 'Innermost'],
      ['m.eml#x.png', 'unsupported'],
    ]);
    expect(documents[0]?.paper).toMatchObject({
      kind: 'message',
      title: 'Fees',
      from: 'Ann <ann@example.org>',
      to: 'ben@example.org',
      date: '2024-03-15',
    });
  });

  test('what is inside comes as it lay there where that was asked for, but not what its container holds in parts', async () => {
    const inner = word(paragraph('Inner'));
    const parts = { 'Object 1/content.xml': '<office:document-content xmlns:office="o"/>' };
    const odt = office('<text:p>Outer</text:p>', parts);
    const bytes = Buffer.from(mail(['fees.docx', 'application/msword', inner], ['a.odt', 'application/zip', odt]));
    const options = { name: 'm.eml', volume: 'm', policy: genericMinistry };
    const contents = async (asked: boolean): Promise<unknown[]> => {
      const documents = readDocumentFile(new Uint8Array(bytes), { ...options, contents: asked }, tools);
      const found: unknown[] = [];
      for await (const { sourceId, content } of documents) found.push([sourceId, content && Buffer.from(content)]);
      return found;
    };
    expect(await contents(true)).toEqual([
      ['m.eml', undefined],
      ['m.eml#fees.docx', Buffer.from(inner)],
      ['m.eml#a.odt', Buffer.from(odt)],
      ['m.eml#a.odt#Object 1.odt', undefined],
    ]);
    expect((await contents(false)).every((one) => (one as unknown[])[1] === undefined)).toBe(true);
  });

  test('what is inside comes only as far as there is room for it; beyond that its paper says so', async () => {
    const font = new Uint8Array(LIMITS.contentBytes / 2);
    const inner = word(paragraph('Inner'), { 'word/fonts/a.bin': font });
    const middle = word(paragraph('Middle'), { 'word/embeddings/inner.docx': inner });
    const outer = word(paragraph('Outer'), { 'word/embeddings/middle.docx': middle });
    const options = { name: 'a.docx', volume: 'a', policy: genericMinistry, contents: true };
    const found: unknown[] = [];
    for await (const { sourceId, content, problems } of readDocumentFile(outer, options, tools))
      found.push([sourceId, content?.length, problems.map(({ code }) => code)]);
    expect(found).toEqual([
      ['a.docx', undefined, []],
      ['a.docx#middle.docx', middle.length, []],
      ['a.docx#middle.docx#inner.docx', undefined, ['INSIDE_TOO_LARGE']],
    ]);
  });

  test('two of one name are told apart; none leaves its place or takes the id of another paper', async () => {
    const markdown = Buffer.from('---\nid: other-paper\n---\n# A\n\nText.');
    const attachments = [
      ['../../etc/a.md', 'text/markdown', markdown],
      ['../../etc/a.md', 'text/markdown', Buffer.from('# B')],
    ] as const;
    const documents = await read('m.eml', mail(...attachments));
    const ids = documents.map(({ sourceId }) => sourceId);
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => id.startsWith('m.eml') && !id.includes('/'))).toBe(true);
  });

  test('what is enclosed without a marking has that of the paper around it; its own goes before', async () => {
    const own = word(paragraph('CONFIDENTIAL') + paragraph('Text'), {});
    const [outer, first, second] = await read(
      'a.docx',
      word(paragraph('SECRET') + paragraph('Text'), {
        'word/embeddings/a.odt': office('<text:p>Unmarked</text:p>'),
        'word/embeddings/b.docx': own,
      }),
    );
    const levels = [outer, first, second].map((document) => document?.paper?.label?.level);
    expect(levels).toEqual(['SECRET', 'SECRET', 'CONFIDENTIAL']);
  });

  test('nesting without end is refused at a depth', async () => {
    let content: Uint8Array = Buffer.from('end');
    for (let depth = 0; depth < 8; depth += 1) content = Buffer.from(mail(['next.eml', 'message/rfc822', content]));
    const documents = await read('m.eml', content);
    expect(documents.at(-1)).toMatchObject({ failure: 'refused', inside: { length: 5 } });
  });
});

describe('what is not read says why', () => {
  test('by a code with values, for whoever says it in other words', async () => {
    const codeOf = async (name: string, content: Uint8Array | string): Promise<unknown> =>
      (await read(name, content))[0]?.problems.map(({ code, values }) => [code, values]);
    expect(await codeOf('a.csv', 'a;b')).toEqual([['FORMAT_NOT_TAKEN', { extension: 'csv' }]]);
    expect(await codeOf('a.xml', '<html><body/></html>')).toEqual([['XML_FORMAT', { root: 'html' }]]);
    expect(await codeOf('a.pdf', '')).toEqual([['EMPTY', undefined]]);
    expect(await codeOf('a.pdf', pdf(''))).toEqual([['NEEDS_OCR', { detail: 'no text layer' }]]);
    expect(await codeOf('a.docx', 'PK\x03\x04 and then nothing')).toMatchObject([['DAMAGED', {}]]);
  });

  const failure = async (
    name: string,
    content: Uint8Array | string,
  ): Promise<[string | undefined, string | undefined]> => {
    const [document] = await read(name, content);
    return [document?.failure, document?.problems[0]?.reason];
  };

  test('bombs, whatever they say about their size', async () => {
    const zeros = deflateRawSync(Buffer.alloc(80 * 1024 * 1024, 0x20));
    const lying = (size: number): Uint8Array => {
      const archive = Buffer.from(packed({ 'word/document.xml': zeros }));
      for (const [place, method] of [
        [archive.indexOf('PK\x03\x04'), 8],
        [archive.indexOf('PK\x01\x02'), 10],
      ] as const) {
        archive.writeUInt16LE(8, place + method);
        archive.writeUInt32LE(size, place + method + 14);
      }
      return archive;
    };
    expect(await failure('a.docx', lying(80 * 1024 * 1024))).toEqual([
      'refused',
      'an archive that holds a part of 83886080 bytes',
    ]);
    expect(await failure('b.docx', lying(100))).toEqual(['refused', 'an archive that holds more than it says']);
  });

  test('entities and document types, in whichever part', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    expect((await failure('a.docx', word(paragraph('x'), { 'word/styles.xml': bomb })))[0]).toBe('refused');
    expect((await failure('a.odt', office('', { 'meta.xml': bomb })))[0]).toBe('refused');
    expect((await failure('a.xml', bomb))[0]).toBe('refused');
  });

  test('one long string in very many cells', async () => {
    const cells = '<c t="s"><v>0</v></c>'.repeat(20_000);
    const book = packed({
      'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': '<R><Relationship Id="r1" Type="t/worksheet" Target="s.xml"/></R>',
      'xl/sharedStrings.xml': `<sst><si><t>${'x'.repeat(100_000)}</t></si></sst>`,
      'xl/s.xml': `<worksheet><sheetData><row>${cells}</row></sheetData></worksheet>`,
    });
    expect(await failure('a.xlsx', book)).toEqual(['refused', 'sheets with too much text']);
  });

  test.each([
    ['a.odt', office('', { 'META-INF/manifest.xml': '<m><encryption-data/></m>' }), 'encrypted'],
    ['a.docx', 'no archive', 'corrupt'],
    ['a.pdf', '', 'corrupt'],
    ['a.pdf', '%PDF-1.4\nnothing', 'corrupt'],
    ['a.docx', 'PK\x03\x04 and then nothing', 'corrupt'],
    ['a.docx', packed({ '[Content_Types].xml': '<a/>' }), 'corrupt'],
    ['a.zip', packed({ 'a.txt': 'text', '../b.txt': 'text' }), 'refused'],
    ['a.docx', packed({ 'a.zip': packed({ 'b.zip': 'c' }) }), 'refused'],
    ['a.bin', Buffer.from([0, 1, 2, 3]), 'unsupported'],
    ['a.txt', Buffer.from('\x7fELF\0', 'latin1'), 'unsupported'],
    ['a.csv', 'a;b', 'unsupported'],
    ['a.xml', '<html><body/></html>', 'unsupported'],
  ])('%s', async (name, content, kind) => {
    const [found, reason] = await failure(name, content);
    expect(found).toBe(kind);
    expect(reason).not.toBe('');
  });

  test('content goes before the name', async () => {
    expect((await read('a.txt', word(paragraph('A document'))))[0]?.paper?.body).toBe('A document');
    expect((await read('a.docx', pdf('A page')))[0]?.paper?.body).toBe('A page');
    expect((await read('a.txt', '<html><script>alert(1)</script>'))[0]?.paper?.title).toBe(
      '<html><script>alert(1)</script>',
    );
  });

  test('a line of a million words, halves of letters, NUL', async () => {
    const [long] = await read('a.html', `<p>${'word '.repeat(1_000_000)}</p>`);
    expect(long?.paper?.body.length).toBe(4_999_999);
    const [halves] = await read('a.rtf', '{\\rtf1 Title\\par\\u-10179?x\\u-9000?}');
    expect(halves?.paper?.title).toBe('Title');
    expect((await failure('a.html', `<p>${'x'.repeat(9_000_000)}</p>`))[0]).toBe('refused');
    expect((await failure('a.html', `<!-- ${'x'.repeat(17_000_000)} --><p>The end</p>`))[0]).toBe('refused');
  });
});

test('an archive is what its directory says, and cut anywhere it is damaged, never more', () => {
  const archive = packed({ 'a.xml': '<a/>', 'b/c.xml': '<c/>' });
  const whole = new ZipArchive(archive, tools);
  expect(whole.names).toEqual(['a.xml', 'b/c.xml']);
  expect(tools.decode(whole.read('b/c.xml')!, 'utf-8')).toBe('<c/>');
  for (let length = 0; length < archive.length; length += 1) {
    expect(() => new ZipArchive(archive.subarray(0, length), tools).read('a.xml')).toThrow(/^damaged archive/u);
  }
});
