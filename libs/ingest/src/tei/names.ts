import type { PersonMention, Term } from '../draft.js';
import { attribute, descendants, elements } from '../xml.js';
import type { XmlElement } from '../xml.js';
import { inlineText } from './text.js';

/** A volume's own lists of persons and of terms, by the ids that its papers refer to. */
export interface NameLists {
  readonly persons: ReadonlyMap<string, { readonly name: string; readonly description: string }>;
  readonly terms: ReadonlyMap<string, Term>;
}

const isDocument = (element: XmlElement): boolean =>
  element.name === 'div' && attribute(element, 'type') === 'document';
const trimmed = (text: string): string => text.replace(/^[\s,;:—–-]+|[\s,;:]+$/gu, '');

/** What an item of a list says beside the entry's own name. */
function meaningOf(item: XmlElement, name: string): string {
  const text = inlineText(item);
  const at = text.indexOf(name);
  return trimmed(at < 0 ? text : text.slice(at + name.length));
}

/** Reads both lists; a volume without them has empty ones. */
export function readNameLists(root: XmlElement): NameLists {
  const persons = new Map<string, { name: string; description: string }>();
  const terms = new Map<string, Term>();
  for (const item of descendants(root, ({ name }) => name === 'item', isDocument)) {
    for (const entry of descendants(
      item,
      ({ name }) => name === 'persName' || name === 'term',
      ({ name }) => name === 'list',
    )) {
      const id = attribute(entry, 'xml:id');
      if (id === undefined) continue;
      const name = trimmed(inlineText(entry));
      if (entry.name === 'persName') persons.set(id, { name, description: meaningOf(item, name) });
      else terms.set(id, { id, term: name, meaning: meaningOf(item, name) });
    }
  }
  return { persons, terms };
}

const references = (element: XmlElement, name: string): string[] =>
  (attribute(element, name) ?? '').split(/\s+/u).flatMap((one) => (one.startsWith('#') ? [one.slice(1)] : []));

const ROLE_RANK = { from: 0, to: 1, mentioned: 2 } as const;

function roleOf(element: XmlElement): PersonMention['role'] {
  const type = attribute(element, 'type');
  return type === 'from' || type === 'to' ? type : 'mentioned';
}

function mentionsOf(element: XmlElement, lists: NameLists): PersonMention[] {
  const role = roleOf(element);
  const ids = references(element, 'corresp');
  const written = trimmed(inlineText(element));
  if (ids.length === 0) return written === '' ? [] : [{ name: written, role }];
  return ids.flatMap((id) => {
    const listed = lists.persons.get(id);
    const name = listed?.name ?? written;
    const description = listed?.description ?? '';
    return name === '' ? [] : [{ id, name, role, ...(description === '' ? {} : { description }) }];
  });
}

/** Everyone whom a document names, once each, sender and receiver first; names without an entry in the list stay as written. */
export function personsOf(document: XmlElement, lists: NameLists): PersonMention[] {
  const found = new Map<string, PersonMention>();
  for (const element of descendants(document, ({ name }) => name === 'persName' || name === 'signed')) {
    if (element.name === 'signed' && elements(element, 'persName').length > 0) continue;
    if (element.name === 'signed' && references(element, 'corresp').length === 0) continue;
    for (const mention of mentionsOf(element, lists)) {
      const key = mention.id ?? mention.name;
      const known = found.get(key);
      if (known === undefined || ROLE_RANK[mention.role] < ROLE_RANK[known.role]) found.set(key, mention);
    }
  }
  return [...found.values()].sort((left, right) => ROLE_RANK[left.role] - ROLE_RANK[right.role]);
}

/** The terms of the volume's list that a document uses, once each. */
export function termsOf(document: XmlElement, lists: NameLists): Term[] {
  const ids = new Set<string>();
  for (const gloss of descendants(document, ({ name }) => name === 'gloss' || name === 'term')) {
    for (const id of references(gloss, 'target')) ids.add(id);
  }
  return [...ids].map((id) => lists.terms.get(id)).filter((term) => term !== undefined);
}

/** References of a document into lists that the volume has, but without such an entry. */
export function unresolved(document: XmlElement, lists: NameLists): string[] {
  const found = new Set<string>();
  for (const element of descendants(document, ({ name }) => name === 'persName' || name === 'gloss')) {
    const [ids, list] =
      element.name === 'persName'
        ? ([references(element, 'corresp'), lists.persons] as const)
        : ([references(element, 'target'), lists.terms] as const);
    if (list.size === 0) continue;
    for (const id of ids) if (!list.has(id)) found.add(id);
  }
  return [...found];
}
