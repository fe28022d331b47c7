import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { strFromU8, unzipSync } from 'fflate';
import mammoth from 'mammoth';
import PostalMime from 'postal-mime';
import { extractText, getDocumentProxy, getMeta } from 'unpdf';

import { documentFromText, readMarkdown } from '#document';
import { genericMinistry, readStanagLabel } from '#policy';
import { ready } from '#primitives/verify';

import { checkManifest, paperDocx, paperLabel, paperMail, paperMarkdown, paperPdf, parseManifest } from './index.js';
import type { FontSource, Manifest, Publication } from './index.js';
import { stampLine } from './paper.js';

const MODULES = join(import.meta.dirname, '../../../node_modules');

const FILES: Readonly<Record<string, string>> = {
  'latin regular': '@embedpdf/fonts-latin/fonts/NotoSans-Regular.ttf',
  'latin bold': '@embedpdf/fonts-latin/fonts/NotoSans-Bold.ttf',
  'latin italic': '@embedpdf/fonts-latin/fonts/NotoSans-Italic.ttf',
  'latin boldItalic': '@embedpdf/fonts-latin/fonts/NotoSans-BoldItalic.ttf',
  'arabic regular': '@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf',
  'hebrew regular': '@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Regular.ttf',
  'thai regular': '@fontsource/noto-sans-thai/files/noto-sans-thai-thai-400-normal.woff',
  'georgian regular': '@fontsource/noto-sans-georgian/files/noto-sans-georgian-georgian-400-normal.woff',
  'armenian regular': '@fontsource/noto-sans-armenian/files/noto-sans-armenian-armenian-400-normal.woff',
  'chinese regular': '@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf',
  'korean regular': '@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf',
};

const fonts: FontSource = async (family, weight) => {
  const path = FILES[`${family} ${weight}`] ?? FILES[`${family} regular`];
  return path === undefined ? undefined : readFile(join(MODULES, path)).catch(() => undefined);
};

const label = { policy: genericMinistry.id, level: 'SECRET', categories: [] };

function publication(overrides: Partial<Publication['paper']> = {}): Publication {
  return {
    paper: {
      id: '019a5c2e-8f00-7abc-8def-0123456789ab',
      title: 'Transit corridors: state of the talks',
      kind: 'Report',
      number: '14/2026',
      language: 'en',
      label,
      marking: 'SECRET // CRYPTO',
      facts: [
        { name: 'Date', value: '3 November 2026' },
        { name: 'From', value: 'Embassy in Tashkent' },
      ],
      body: documentFromText('One paragraph.\n\nAnother one.'),
      footnotes: [],
      version: 3,
      ...overrides,
    },
    stamp: {
      exportId: '019aaaaa-0000-7000-8000-000000000001',
      ministry: 'Ministry of Foreign Affairs',
      person: 'Anna Weber',
      post: 'Embassy in Tashkent',
      at: new Date('2026-11-22T01:40:00Z'),
    },
    portionMark: ({ level }) => `(${level.charAt(0)})`,
  };
}

async function pagesOf(bytes: Uint8Array): Promise<string[]> {
  return (await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: false })).text;
}

const SCRIPTS = {
  Latin: 'Déjà vu: straße, łódź, việt nam, oʻzbekcha gʻoya',
  Greek: 'Ελληνικά γράμματα',
  Cyrillic: 'Республика Ўзбекистон, Ташқи ишлар вазирлиги',
  Arabic: 'السلام عليكم ورحمة',
  Hebrew: 'שלום לכולם',
  Chinese: '中华人民共和国外交部',
  Japanese: 'ひらがなとカタカナ',
  Korean: '대한민국 외교부',
  Thai: 'กระทรวงการต่างประเทศ',
  Georgian: 'საქართველოს საგარეო',
  Armenian: 'Հայաստանի Հանրապետություն',
  Devanagari: 'भारत सरकार',
};

const RICH = [
  '# Objectives',
  'A **strong** word, an *emphasis*, a [link](https://example.org/a?b=(c)) and a note.[^1]',
  '- first\n- second\n  1. inner\n  2. more',
  '> A quotation that somebody gave.',
  '```\ncode = 1\n```',
  '| State | Position |\n|---|---|\n| Uzbekistan | for it |\n| Elsewhere | undecided |',
  '---',
  '[^1]: Said on the phone.',
].join('\n\n');

describe('a paper as PDF', () => {
  beforeAll(ready);

  test('has its marking above and below on every page, and who took it out', async () => {
    const long = Array.from({ length: 80 }, (_, at) => `Paragraph ${at}: ${'words and more words '.repeat(12)}`).join(
      '\n\n',
    );
    const { bytes, unprintable } = await paperPdf(publication({ body: documentFromText(long) }), fonts);
    const pages = await pagesOf(bytes);
    expect(unprintable).toEqual([]);
    expect(pages.length).toBeGreaterThan(4);
    for (const [at, page] of pages.entries()) {
      expect(page.split('SECRET // CRYPTO')).toHaveLength(3);
      expect(page).toContain('Anna Weber, Embassy in Tashkent, 2026-11-22 01:40 UTC, export 019aaaaa');
      expect(page).toContain(`Page ${at + 1} of ${pages.length}`);
    }
    const text = pages.join(' ');
    for (let at = 0; at < 80; at += 1) expect(text).toContain(`Paragraph ${at}:`);
  });

  test('holds the text of every script as text', async () => {
    const body = documentFromText(Object.values(SCRIPTS).join('\n\n'));
    const { bytes, unprintable } = await paperPdf(publication({ body }), fonts);
    const text = (await pagesOf(bytes)).join('\n').normalize('NFKC');
    expect(unprintable).toEqual([]);
    for (const words of Object.values(SCRIPTS)) expect(text).toContain(words);
  });

  test('says nothing of itself but its title and when it was made', async () => {
    const { bytes } = await paperPdf(publication(), fonts);
    const { info } = await getMeta(await getDocumentProxy(new Uint8Array(bytes)));
    expect(info).toMatchObject({ Title: 'Transit corridors: state of the talks', Producer: 'Chancery' });
    expect(info).not.toHaveProperty('Author');
  });

  test('sets headings, lists, tables, quotations, code, links and footnotes', async () => {
    const { document: body, footnotes } = readMarkdown(RICH);
    const { bytes } = await paperPdf(publication({ body, footnotes }), fonts);
    const [page = ''] = await pagesOf(bytes);
    for (const words of [
      'Objectives',
      'strong',
      'emphasis',
      'second',
      '2.',
      'quotation',
      'code = 1',
      'Uzbekistan',
      'Said on the phone',
    ])
      expect(page).toContain(words);
    const proxy = await getDocumentProxy(new Uint8Array(bytes));
    const links = await (await proxy.getPage(1)).getAnnotations();
    expect(links.map(({ url }: { url: string }) => url)).toEqual(['https://example.org/a?b=(c)']);
  });

  test('names the characters that no font has', async () => {
    const { unprintable } = await paperPdf(publication({ body: documentFromText('ᚠᚢ and more') }), fonts);
    expect(unprintable).toEqual(['ᚠ', 'ᚢ']);
  });
});

/** A block that is labelled on its own. */
function portioned(): Publication {
  const body = documentFromText('An open paragraph.\n\nA secret one.');
  const [open, secret] = body.content;
  if (!open || !secret) throw new Error('two paragraphs');
  const labelled = { ...secret, attrs: { ...secret.attrs, label } } as typeof secret;
  return publication({ body: { ...body, content: [open, labelled] } });
}

describe('a paper as a Word document', () => {
  beforeAll(ready);

  const partsOf = async (made: Publication): Promise<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(unzipSync(await paperDocx(made))).map(([path, bytes]) => [path, strFromU8(bytes)]),
    );
  const htmlOf = async (made: Publication): Promise<string> =>
    (await mammoth.convertToHtml({ buffer: Buffer.from(await paperDocx(made)) })).value;

  test('is opened by another program with its structure', async () => {
    const { document: body, footnotes } = readMarkdown(RICH);
    const html = await htmlOf(publication({ body, footnotes }));
    expect(html).toContain('<strong>strong</strong>');
    expect(html).toContain('<em>emphasis</em>');
    expect(html).toContain('href="https://example.org/a?b=(c)"');
    expect(html).toContain('Said on the phone.');
    expect(html).toMatch(/<table>.*Uzbekistan.*<\/table>/su);
    expect(html).toMatch(/<h1>.*Objectives.*<\/h1>/su);
  });

  test('counts each of its lists anew, from where it begins, and knows what stands under what', async () => {
    const { document: body } = readMarkdown('3. third\n4. fourth\n   - under it\n\nBetween.\n\n1. first again');
    const made = publication({ body });
    expect(await htmlOf(made)).toContain(
      '<ol><li>third</li><li>fourth<ul><li>under it</li></ul></li></ol><p>Between.</p><ol><li>first again</li></ol>',
    );
    const { 'word/numbering.xml': numbering } = await partsOf(made);
    expect(numbering).toContain('<w:start w:val="3"/>');
  });

  test('has its marking above and below, who took it out, and nobody else’s name', async () => {
    const made = publication();
    const parts = await partsOf(made);
    const [above, below] = ['header', 'footer'].map(
      (name) => parts[Object.keys(parts).find((path) => path.startsWith(`word/${name}`)) ?? ''],
    );
    for (const text of [above, below]) expect(text).toContain(made.paper.marking);
    expect(below).toContain(stampLine(made.stamp));
    const core = parts['docProps/core.xml'] ?? '';
    expect(core).toContain('<dc:creator>Chancery</dc:creator>');
    expect(core).toContain('<cp:lastModifiedBy>Chancery</cp:lastModifiedBy>');
    expect(parts['docProps/custom.xml'] ?? '').not.toContain('<property');
    expect(Object.keys(parts).filter((path) => /comment|media|embed/u.test(path))).toEqual([]);
  });

  test('carries what XML has to escape, and every script', async () => {
    const said = `<b> & "quoted" ]]> ${Object.values(SCRIPTS).join(' ')}`;
    const text = await mammoth.extractRawText({
      buffer: Buffer.from(await paperDocx(publication({ body: documentFromText(said) }))),
    });
    expect(text.value).toContain(said);
  });

  test('marks what is labelled on its own', async () => {
    const text = await htmlOf(portioned());
    expect(text).toContain('<strong>(S) </strong>A secret one.');
    expect(text).not.toContain('(S) </strong>An open');
  });
});

describe('a paper as mail, Markdown and label', () => {
  beforeAll(ready);

  test('the mail is read by another program: subject in every script, text between its markings, parts whole', async () => {
    const title = `Corridors, ${Object.values(SCRIPTS).join(' ')}`;
    const made = publication({ title, from: 'Посольство, Ташкент', to: 'Ministry "A"; Berlin' });
    const part = { name: 'paper.pdf', mediaType: 'application/pdf', bytes: new Uint8Array([0, 1, 255]) };
    const raw = paperMail(made, [part]);
    const longest = Math.max(...raw.split('\r\n').map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(78);
    const mail = await PostalMime.parse(raw);
    expect(mail.subject).toBe(`[SECRET // CRYPTO] ${title}`);
    expect(mail.from?.name).toBe('Посольство, Ташкент');
    expect(mail.text?.split('SECRET // CRYPTO')).toHaveLength(3);
    expect(new Uint8Array(mail.attachments[0]?.content as ArrayBuffer)).toEqual(part.bytes);
  });

  test('a title cannot bring headers of its own', async () => {
    const mail = await PostalMime.parse(paperMail(publication({ title: 'One\r\nBcc: spy@example.org' }), []));
    expect(mail.bcc).toBeUndefined();
    expect(mail.subject).toBe('[SECRET // CRYPTO] One Bcc: spy@example.org');
  });

  test('Markdown has its marking above and below, and portion marks', () => {
    const text = paperMarkdown(portioned());
    expect(text).toMatch(/^---\nid: /u);
    expect(text.split('**SECRET // CRYPTO**')).toHaveLength(3);
    expect(text).toContain('(S) A secret one.');
  });

  test('the label reads as it was written', () => {
    const xml = paperLabel(publication().paper, genericMinistry, new Date('2026-11-22T00:00:00Z'));
    expect(readStanagLabel(xml).information.classification).toBe('SECRET');
  });
});

describe('the manifest of an archive', () => {
  const sha256 = 'a'.repeat(64);
  const file = (path: string) => ({ path, size: 3, sha256 });
  const manifest = {
    format: 'chancery-export',
    formatVersion: 1,
    documents: [{ id: 'd', version: 1, title: 't', marking: 'm', files: [file('a.md'), file('b.md')] }],
  } as unknown as Manifest;

  test('tells of what is missing, changed, added or there twice', () => {
    const found = [{ ...file('a.md'), size: 4 }, file('c.md'), file('c.md')];
    expect(checkManifest(manifest, found)).toEqual([
      { path: 'c.md', problem: 'twice' },
      { path: 'a.md', problem: 'changed' },
      { path: 'b.md', problem: 'missing' },
      { path: 'c.md', problem: 'unlisted' },
    ]);
  });

  test('is read again, and nothing else is', () => {
    expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest);
    for (const other of ['', 'null', '[]', '{"format":"chancery-export","formatVersion":2}', '{"format":"other"}'])
      expect(parseManifest(other)).toBeUndefined();
  });
});
