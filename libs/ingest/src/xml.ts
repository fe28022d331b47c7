import { DOMParser } from '@xmldom/xmldom';
import type { Element } from '@xmldom/xmldom';

import { because } from './reasons.js';
import type { Reason } from './reasons.js';

/** An element of an XML tree: its local name, attributes by qualified name, children in order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
}
export type XmlNode = string | XmlElement;

const DEEPEST = 200;
const ELEMENT = 1;
const TEXT = 3;
const CDATA = 4;

/** The file is not XML that can be read; the message says where. */
export class XmlError extends Error {
  override readonly name = 'XmlError';

  constructor(readonly because: Reason) {
    super(because.reason);
  }
}

/**
 * Pretty printers break lines inside elements that hold only elements; such white space at their borders is no text:
 * `<persName>⏎<hi>Lovett</hi>⏎</persName>)`.
 */
function withoutPadding(children: XmlNode[]): XmlNode[] {
  const texts = children.filter((child) => typeof child === 'string');
  if (children.length < 2 || texts.some((text) => /\S/u.test(text))) return children;
  const from = typeof children[0] === 'string' ? 1 : 0;
  return children.slice(from, typeof children.at(-1) === 'string' ? -1 : undefined);
}

function converted(element: Element, depth: number): XmlElement {
  if (depth > DEEPEST)
    throw new XmlError(because('TOO_DEEP', { detail: `elements are nested deeper than ${DEEPEST}` }));
  const children: XmlNode[] = [];
  for (let child = element.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === ELEMENT) children.push(converted(child as Element, depth + 1));
    else if (child.nodeType === TEXT || child.nodeType === CDATA) children.push(child.nodeValue ?? '');
  }
  const attributes = new Map([...element.attributes].map(({ name, value }) => [name, value]));
  return { name: element.localName ?? element.tagName, attributes, children: withoutPadding(children) };
}

function noDoctype(xml: string): void {
  if (/<!DOCTYPE[^>[]*\[/u.test(xml.slice(0, 10_000))) throw new XmlError(because('ENTITIES'));
}

/**
 * Parses XML. Nothing outside of the file is read, no entities of the file's own are expanded.
 * @throws XmlError where the text is not well-formed, declares entities or is nested too deeply
 */
export function parseXml(xml: string): XmlElement {
  noDoctype(xml);
  try {
    const parser = new DOMParser({ onError: onParseError });
    const root = parser.parseFromString(xml.replace(/^\uFEFF/u, ''), 'application/xml').documentElement;
    if (root === null) throw new XmlError(because('XML_EMPTY'));
    return converted(root, 0);
  } catch (error) {
    if (error instanceof XmlError) throw error;
    throw new XmlError(because('XML_MALFORMED', { detail: reasonOf(error) }));
  }
}

function onParseError(level: string, message: string): void {
  if (level !== 'warning') throw new XmlError(because('XML_MALFORMED', { detail: message }));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown';
}

export const attribute = (element: XmlElement, name: string): string | undefined => element.attributes.get(name);

/** The child elements, or those with one of the names. */
export function elements(parent: XmlElement, ...names: readonly string[]): XmlElement[] {
  const found: XmlElement[] = [];
  for (const child of parent.children) {
    if (typeof child !== 'string' && (names.length === 0 || names.includes(child.name))) found.push(child);
  }
  return found;
}

/** All elements below, in document order, that pass `wanted`; nothing below an element that passes `closed` is looked at. */
export function* descendants(
  parent: XmlElement,
  wanted: (element: XmlElement) => boolean,
  closed: (element: XmlElement) => boolean = () => false,
): Generator<XmlElement> {
  for (const child of parent.children) {
    if (typeof child === 'string') continue;
    if (wanted(child)) yield child;
    if (!closed(child)) yield* descendants(child, wanted, closed);
  }
}

/** The first element below with this name. */
export function first(parent: XmlElement, name: string): XmlElement | undefined {
  for (const found of descendants(parent, (element) => element.name === name)) return found;
  return undefined;
}
