import { isoDate } from '../dates.js';
import { present } from '../draft.js';
import { attribute, elements, first, parseXml, XmlError } from '../xml.js';
import type { XmlElement } from '../xml.js';
import { because } from '../reasons.js';
import type { Reason } from '../reasons.js';
import { textOf } from './encodings.js';
import { ExtractionError, LIMITS } from './extraction.js';
import type { EmbeddedFile, Metadata, Tools } from './extraction.js';
import type { ZipArchive } from './zip.js';

/** A part of an office file as an XML tree. Office files declare no entities and no document type; who does is refused. */
export function xmlPart(zip: ZipArchive, name: string, tools: Tools): XmlElement | undefined {
  const bytes = zip.read(name, LIMITS.partBytes);
  if (bytes === undefined) return undefined;
  try {
    return parseXml(checkedXml(bytes, name, tools));
  } catch (error) {
    if (error instanceof XmlError)
      throw new ExtractionError('corrupt', because('PART_DAMAGED', { part: name, detail: error.message }));
    throw error;
  }
}

/** @throws ExtractionError refused where the part declares a document type: nothing is ever expanded or fetched */
export function checkedXml(bytes: Uint8Array, name: string, tools: Tools): string {
  const xml = textOf(bytes, tools);
  if (/<!(?:DOCTYPE|ENTITY)/iu.test(xml)) {
    throw new ExtractionError('refused', because('PART_ENTITIES', { part: name }));
  }
  return xml;
}

/** All text below an element. */
export function deepText(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : deepText(child))).join('');
}

const said = (root: XmlElement | undefined, name: string): string =>
  root === undefined
    ? ''
    : deepText(first(root, name) ?? root)
        .trim()
        .slice(0, 1000);

function valueOf(root: XmlElement, name: string): string | undefined {
  return first(root, name) === undefined ? undefined : said(root, name);
}

/** Dublin Core and the names that OpenDocument has beside it. */
export function propertiesOf(root: XmlElement | undefined): Metadata {
  if (root === undefined) return {};
  const date = ['created', 'creation-date', 'date', 'modified'].map((name) => valueOf(root, name));
  return present({
    title: valueOf(root, 'title'),
    author: valueOf(root, 'initial-creator') ?? valueOf(root, 'creator'),
    date: isoDate((date.find((value) => value !== undefined && value !== '') ?? '').slice(0, 10))?.date,
    language: valueOf(root, 'language'),
  });
}

/** `docProps/core.xml`; a damaged one says nothing. */
export function coreProperties(zip: ZipArchive, tools: Tools): Metadata {
  try {
    return propertiesOf(xmlPart(zip, 'docProps/core.xml', tools));
  } catch (error) {
    if (error instanceof ExtractionError && error.kind === 'corrupt') return {};
    throw error;
  }
}

/** Targets inside the package by relationship id (ECMA-376 part 2); external ones, which would be fetched, are left out. */
export function relationships(
  zip: ZipArchive,
  part: string,
  tools: Tools,
): ReadonlyMap<string, { type: string; target: string }> {
  const slash = part.lastIndexOf('/') + 1;
  const folder = part.slice(0, slash);
  const root = xmlPart(zip, `${folder}_rels/${part.slice(slash)}.rels`, tools);
  const inside = (root === undefined ? [] : elements(root, 'Relationship')).filter(
    (relation) => attribute(relation, 'TargetMode') !== 'External',
  );
  return new Map(
    inside.map((relation) => [
      attribute(relation, 'Id') ?? '',
      {
        type: (attribute(relation, 'Type') ?? '').split('/').at(-1) ?? '',
        target: resolved(folder, attribute(relation, 'Target') ?? ''),
      },
    ]),
  );
}

function resolved(folder: string, target: string): string {
  const parts = target.startsWith('/') ? [] : folder.split('/').filter((part) => part !== '');
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Files that stand in a package at these places. */
export function embeddedIn(zip: ZipArchive, isPlace: (name: string) => boolean): EmbeddedFile[] {
  const names = zip.names.filter((name) => isPlace(name) && !name.endsWith('/'));
  return names.slice(0, LIMITS.embeddedFiles).flatMap((name) => {
    const bytes = zip.read(name);
    return bytes === undefined ? [] : [{ name: name.split('/').at(-1) ?? name, bytes }];
  });
}

/** What is said of a package that carries programs. */
export function macroNotes(zip: ZipArchive): Reason[] {
  const carries = zip.names.some((name) => /(?:^|\/)vbaProject\.bin$|^(?:Basic|Scripts)\/./iu.test(name));
  return carries ? [because('MACROS')] : [];
}
