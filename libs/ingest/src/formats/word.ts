import { because } from '../reasons.js';
import { ExtractionError, LIMITS, tidied } from './extraction.js';
import type { Extracted, Tools } from './extraction.js';
import { htmlText } from './html.js';
import { checkedXml, coreProperties, deepText, embeddedIn, macroNotes, relationships, xmlPart } from './package.js';
import { descendants } from '../xml.js';
import { storedZip } from './zip.js';
import type { ZipArchive } from './zip.js';

/** A document of pictures with fewer words than these is a scan. */
const FEW_WORDS = 30;

/** The parts that hold text and its structure; pictures, fonts, programs and settings never reach the reader. */
const READ =
  /^(?:\[Content_Types\]\.xml|_rels\/\.rels|word\/(?:_rels\/)?(?:document|styles|numbering|footnotes|endnotes|comments)\d*\.xml(?:\.rels)?)$/u;

function cleanPackage(zip: ZipArchive, tools: Tools): Uint8Array {
  const parts = new Map<string, Uint8Array>();
  for (const name of zip.names.filter((one) => /\.(?:xml|rels)$/u.test(one))) {
    const bytes = zip.read(name, LIMITS.partBytes) ?? new Uint8Array();
    checkedXml(bytes, name, tools);
    if (READ.test(name)) parts.set(name, bytes);
  }
  return storedZip(parts);
}

async function htmlOf(archive: Uint8Array): Promise<string> {
  const { default: mammoth } = await import('mammoth');
  try {
    // a Uint8Array does where its types ask for Node's Buffer; paths outside of the archive stay closed
    // it is asked for under one name in Node, and under the other in a browser
    const input = { buffer: archive, arrayBuffer: archive } as never;
    const { value } = await mammoth.convertToHtml(input, { externalFileAccess: false });
    return value;
  } catch {
    throw new ExtractionError('corrupt', because('DAMAGED', { detail: 'Word document' }));
  }
}

/** Lines of headers and footers: markings stand there. */
function marginsOf(zip: ZipArchive, tools: Tools): string[] {
  return zip.names
    .filter((name) => /^word\/(?:header|footer)\d*\.xml$/u.test(name))
    .flatMap((name) => {
      const root = xmlPart(zip, name, tools);
      return root === undefined ? [] : [...descendants(root, (element) => element.name === 'p')].map(deepText);
    })
    .map((line) => tidied(line))
    .filter((line) => line !== '');
}

/** Reads a Word document (ECMA-376): text with notes, without deleted and hidden words, comments and programs. */
export async function readWord(zip: ZipArchive, tools: Tools): Promise<Extracted> {
  const archive = cleanPackage(zip, tools);
  const chunks = [...relationships(zip, 'word/document.xml', tools).values()].filter(({ type }) => type === 'aFChunk');
  const places = new Set(chunks.map(({ target }) => target));
  const embedded = embeddedIn(zip, (name) => name.startsWith('word/embeddings/') || places.has(name));
  const pictures = zip.names.some((name) => /^word\/media\//u.test(name));
  const text = htmlText(await htmlOf(archive));
  const words = text.match(/\S+/gu)?.length ?? 0;
  const scanned =
    pictures && words < FEW_WORDS ? [because('NEEDS_OCR', { detail: 'little text beside pictures' })] : [];
  return {
    metadata: coreProperties(zip, tools),
    text,
    margins: marginsOf(zip, tools),
    embedded,
    notes: [...macroNotes(zip), ...scanned],
  };
}
