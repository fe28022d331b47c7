import { DOMParser } from '@xmldom/xmldom';
import type { Element } from '@xmldom/xmldom';

import { CATEGORY_TYPES, labelError } from '../policy.js';
import { LABEL_KINDS, LABEL_NAMESPACE, ORIGINATOR_TYPES } from './stanagLabel.js';
import type { StanagBase, StanagCategory, StanagInformation, StanagLabel } from './stanagLabel.js';
import { isXmlText } from './xmlText.js';

/** Longest label that is read, in UTF-16 code units; real ones are shorter than two thousand. */
const MAX_LABEL_XML = 65_536;
const ELEMENT = 1;

/**
 * Reads a label strictly as the schema has it: namespace, order, number and attributes of the elements. Elements and
 * attributes of other namespaces, which the schema admits, are refused where they stand inside of the label's
 * information: what they restrict can't be known.
 * @throws PolicyError whose path names the element.
 */
export function readStanagLabel(xml: string): StanagLabel {
  const root = parse(xml);
  const kind = LABEL_KINDS.find((known) => root.localName === `${known}ConfidentialityLabel`);
  if (kind === undefined || root.namespaceURI !== LABEL_NAMESPACE) {
    throw labelError(root.tagName, 'is no confidentiality label of STANAG 4774');
  }
  const children = new Children(root, 'others');
  const base = readBase(children);
  const succession = children.optional('SuccessionHandling');
  children.end();
  const reviewAt = root.getAttribute('ReviewDateTime');
  return {
    kind,
    ...base,
    ...(reviewAt === null ? {} : { reviewAt: instantOf(reviewAt, 'ReviewDateTime') }),
    ...(succession ? { succession: readSuccession(succession) } : {}),
  };
}

function parse(xml: string): Element {
  if (xml.length > MAX_LABEL_XML) throw labelError('', `is longer than ${String(MAX_LABEL_XML)} characters`);
  // Entities of the text's own could hide or multiply what it says; a label needs none.
  if (/<!(?:DOCTYPE|ENTITY)/iu.test(xml)) throw labelError('', 'declares a document type: a label needs none');
  try {
    const root = new DOMParser({ onError }).parseFromString(
      xml.replace(/^\uFEFF/u, ''),
      'application/xml',
    ).documentElement;
    if (root) return root;
  } catch {
    // Said below in the same words as for a text without elements.
  }
  throw labelError('', 'is no well-formed XML');
}

function onError(level: string, message: string): void {
  if (level !== 'warning') throw new SyntaxError(message);
}

function readBase(children: Children): StanagBase {
  const information = readInformation(children.one('ConfidentialityInformation'));
  const originator = children.optional('OriginatorID');
  const createdAt = instantOf(textOf(children.one('CreationDateTime')).trim(), 'CreationDateTime');
  return { information, ...(originator ? { originator: readOriginator(originator) } : {}), createdAt };
}

function readInformation(element: Element): StanagInformation {
  const children = new Children(element, 'none');
  const policy = children.one('PolicyIdentifier');
  const uri = policy.getAttribute('URI');
  const classification = children.one('Classification');
  const mark = children.optional('PrivacyMark');
  const categories = children.many('Category').map(readCategory);
  children.end();
  return {
    policy: token(policy),
    ...(uri === null ? {} : { policyUri: uri }),
    classification: token(classification),
    ...(mark ? { privacyMark: textOf(mark) } : {}),
    categories,
  };
}

function readCategory(element: Element): StanagCategory {
  const children = new Children(element, 'none');
  const values = children.many('GenericValue').map(textOf);
  children.end();
  const uri = element.getAttribute('URI');
  const type = oneOf(CATEGORY_TYPES, attributeOf(element, 'Type'), 'Category/@Type');
  return { tag: attributeOf(element, 'TagName'), type, ...(uri === null ? {} : { uri }), values };
}

function readOriginator(element: Element): NonNullable<StanagBase['originator']> {
  return { type: oneOf(ORIGINATOR_TYPES, attributeOf(element, 'IDType'), 'OriginatorID/@IDType'), id: textOf(element) };
}

function readSuccession(element: Element): NonNullable<StanagLabel['succession']> {
  const children = new Children(element, 'none');
  const at = instantOf(textOf(children.one('SuccessionDateTime')).trim(), 'SuccessionDateTime');
  const successor = new Children(children.one('SuccessorConfidentialityLabel'), 'none');
  children.end();
  const label = readBase(successor);
  successor.end();
  return { at, label };
}

/** The element children of one element, taken in the order of the schema. */
class Children {
  private readonly left: Element[] = [];

  constructor(
    private readonly parent: Element,
    private readonly foreign: 'none' | 'others',
  ) {
    for (let child = parent.firstChild; child !== null; child = child.nextSibling) {
      if (child.nodeType === ELEMENT) this.left.push(child as Element);
      else if (child.nodeValue !== null && /\S/u.test(child.nodeValue) && child.nodeName !== '#comment') {
        throw labelError(parent.tagName, 'holds text beside its elements');
      }
    }
  }

  optional(name: string): Element | undefined {
    const [next] = this.left;
    if (next?.localName !== name || next.namespaceURI !== LABEL_NAMESPACE) return undefined;
    return this.left.shift();
  }

  one(name: string): Element {
    const found = this.optional(name);
    if (!found) throw labelError(this.parent.tagName, `needs ${name}${this.instead()}`);
    return found;
  }

  many(name: string): Element[] {
    const found: Element[] = [];
    for (let next = this.optional(name); next; next = this.optional(name)) found.push(next);
    return found;
  }

  end(): void {
    const stray = this.left.find(({ namespaceURI }) => this.foreign === 'none' || namespaceURI === LABEL_NAMESPACE);
    if (stray) throw labelError(this.parent.tagName, `holds ${stray.tagName} where the schema has none`);
  }

  private instead(): string {
    const [next] = this.left;
    return next ? ` before ${next.tagName}` : '';
  }
}

function textOf(element: Element): string {
  for (let child = element.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === ELEMENT) throw labelError(element.tagName, 'holds elements where a text is expected');
  }
  const text = element.textContent ?? '';
  if (!isXmlText(text)) throw labelError(element.tagName, 'holds characters that XML can not carry');
  return text;
}

/** xs:token: white space at the ends is none, within it is one space. */
function token(element: Element): string {
  const text = textOf(element).trim().replace(/\s+/gu, ' ');
  if (text === '') throw labelError(element.tagName, 'is empty');
  return text;
}

function attributeOf(element: Element, name: string): string {
  const value = element.getAttribute(name);
  if (value === null) throw labelError(element.tagName, `needs the attribute ${name}`);
  return value;
}

function oneOf<const T extends string>(known: readonly T[], value: string, path: string): T {
  const found = known.find((item) => item === value);
  if (found === undefined) throw labelError(path, `is none of ${known.join(', ')}`);
  return found;
}

/** xs:dateTime; without a zone it is taken as UTC, as NATO writes time. */
function instantOf(text: string, path: string): Date {
  const parts = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$/u.exec(text);
  const instant = new Date(parts?.[1] === undefined ? `${text}Z` : text);
  if (!parts || Number.isNaN(instant.getTime())) throw labelError(path, 'is no date and time (YYYY-MM-DDThh:mm:ssZ)');
  return instant;
}
