import type { FootnoteText } from '#document';

import { stampLine } from '../paper.js';
import type { Publication } from '../paper.js';
import { linkId, paragraph, run } from './body.js';
import { PROLOGUE, xmlText } from './xml.js';

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const TOP = { depth: 0 };

/** Parts of the document besides its text, with the kind of each. */
const PARTS = ['styles', 'footnotes', 'header', 'footer'] as const;

export const CONTENT_TYPES = `${PROLOGUE}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${TYPE}.document.main+xml"/>${PARTS.map((part) => `<Override PartName="/word/${part}.xml" ContentType="${TYPE}.${part}+xml"/>`).join('')}<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`;

export const PACKAGE_RELATIONS = `${PROLOGUE}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="document" Type="${RELATION}/officeDocument" Target="word/document.xml"/><Relationship Id="core" Type="${PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`;

/** What the document refers to: its other parts, and addresses outside. */
export function documentRelations(links: readonly string[]): string {
  const parts = PARTS.map((part) => `<Relationship Id="${part}" Type="${RELATION}/${part}" Target="${part}.xml"/>`);
  const outside = links.map(
    (href, at) =>
      `<Relationship Id="${linkId(at)}" Type="${RELATION}/hyperlink" Target="${xmlText(href)}" TargetMode="External"/>`,
  );
  return `${PROLOGUE}<Relationships xmlns="${PACKAGE}/relationships">${[...parts, ...outside].join('')}</Relationships>`;
}

/** The text with what stands over it, on A4 with header and footer. */
export function documentPart({ paper, stamp }: Publication, body: string): string {
  const kind = [paper.kind, paper.number ?? ''].filter((part) => part !== '').join(' ');
  const head = [
    paragraph(run(stamp.ministry, '<w:b/>'), { ...TOP, style: 'Head' }),
    paragraph(run(kind), { ...TOP, style: 'Head' }),
    paragraph(run(paper.title), { ...TOP, style: 'Title' }),
    ...paper.facts.map(({ name, value }) =>
      paragraph(`${run(`${name}: `, '<w:color w:val="666666"/>')}${run(value)}`, { ...TOP, style: 'Fact' }),
    ),
    paragraph('', { ...TOP, style: 'Rule' }),
  ];
  const page =
    '<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1560" w:right="1420" w:bottom="1680" w:left="1420" w:header="700" w:footer="500" w:gutter="0"/></w:sectPr>';
  return `${PROLOGUE}<w:document ${W} ${R}><w:body>${head.join('')}${body}${page}</w:body></w:document>`;
}

export function headerPart({ paper }: Publication): string {
  const marking = paragraph(run(paper.marking, '<w:b/>'), { ...TOP, style: 'Marking' });
  return `${PROLOGUE}<w:hdr ${W}>${marking}</w:hdr>`;
}

export function footerPart({ paper, stamp }: Publication): string {
  const field = (name: string): string => `<w:fldSimple w:instr=" ${name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>`;
  const lines = [
    paragraph(run(stampLine(stamp)), { ...TOP, style: 'Stamp' }),
    paragraph(run(paper.marking, '<w:b/>'), { ...TOP, style: 'Marking' }),
    paragraph(`${run('Page ')}${field('PAGE')}${run(' of ')}${field('NUMPAGES')}`, { ...TOP, style: 'Stamp' }),
  ];
  return `${PROLOGUE}<w:ftr ${W}>${lines.join('')}</w:ftr>`;
}

/** The first two notes are the lines that Word draws over its footnotes. */
export function footnotesPart(footnotes: readonly FootnoteText[]): string {
  const lines = ['separator', 'continuationSeparator'].map(
    (type, at) => `<w:footnote w:type="${type}" w:id="${at - 1}"><w:p><w:r><w:${type}/></w:r></w:p></w:footnote>`,
  );
  const notes = footnotes.map(({ text }, at) => {
    const call = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>';
    return `<w:footnote w:id="${at + 1}">${paragraph(`${call}${run(` ${text.trim()}`)}`, { ...TOP, style: 'FootnoteText' })}</w:footnote>`;
  });
  return `${PROLOGUE}<w:footnotes ${W}>${[...lines, ...notes].join('')}</w:footnotes>`;
}

/** The title, and when the file was made; nobody's name. */
export function corePart({ paper, stamp }: Publication): string {
  const at = stamp.at.toISOString().replace(/\.\d+Z$/u, 'Z');
  return `${PROLOGUE}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xmlText(paper.title)}</dc:title><dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created></cp:coreProperties>`;
}

interface Look {
  readonly id: string;
  readonly name?: string;
  readonly paragraph?: string;
  readonly run?: string;
}

const headings = [32, 27, 24, 22, 22, 22].map((size, at): Look => ({
  id: `Heading${at + 1}`,
  name: `heading ${at + 1}`,
  paragraph: `<w:keepNext/><w:spacing w:before="280" w:after="100"/><w:outlineLvl w:val="${at}"/>`,
  run: `<w:b/><w:sz w:val="${size}"/>`,
}));

const LOOKS: readonly Look[] = [
  ...headings,
  { id: 'Title', paragraph: '<w:spacing w:before="160" w:after="160"/>', run: '<w:b/><w:sz w:val="36"/>' },
  { id: 'Head', paragraph: '<w:spacing w:after="0"/>', run: '<w:color w:val="555555"/><w:sz w:val="20"/>' },
  { id: 'Fact', paragraph: '<w:spacing w:after="20"/>', run: '<w:sz w:val="19"/>' },
  { id: 'Marking', paragraph: '<w:spacing w:after="0"/><w:jc w:val="center"/>', run: '<w:b/><w:sz w:val="22"/>' },
  {
    id: 'Stamp',
    paragraph: '<w:spacing w:after="40"/><w:jc w:val="center"/>',
    run: '<w:color w:val="666666"/><w:sz w:val="15"/>',
  },
  { id: 'Quote', paragraph: '<w:ind w:left="360"/>', run: '<w:i/>' },
  { id: 'Code', paragraph: '<w:shd w:val="clear" w:fill="F2F2F2"/>', run: '<w:sz w:val="19"/>' },
  { id: 'Rule', paragraph: '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="999999"/></w:pBdr>' },
  { id: 'FootnoteText', name: 'footnote text', paragraph: '<w:spacing w:after="40"/>', run: '<w:sz w:val="17"/>' },
];

/** How paragraphs look. */
export function stylesPart(): string {
  const fonts =
    '<w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans" w:cs="Noto Naskh Arabic" w:eastAsia="Noto Sans CJK SC"/>';
  const defaults = `<w:docDefaults><w:rPrDefault><w:rPr>${fonts}<w:sz w:val="21"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="130" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`;
  const normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>';
  const looks = LOOKS.map(
    ({ id, name = id, paragraph: place = '', run: look = '' }) =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/><w:pPr>${place}</w:pPr><w:rPr>${look}</w:rPr></w:style>`,
  );
  const call =
    '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>';
  const sides = ['top', 'bottom', 'insideH'].map((side) => `<w:${side} w:val="single" w:sz="4" w:color="999999"/>`);
  const grid = `<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>${sides.join('')}</w:tblBorders></w:tblPr></w:style>`;
  return `${PROLOGUE}<w:styles ${W}>${defaults}${normal}${looks.join('')}${call}${grid}</w:styles>`;
}
