import { dateInText, isoDate } from '../dates.js';
import type { FoundDate } from '../dates.js';
import { present } from '../draft.js';
import { attribute, descendants, elements } from '../xml.js';
import type { XmlElement } from '../xml.js';
import type { Heading } from './head.js';
import { inlineText } from './text.js';

/** When and where a document was written; `dateText` is `undated` where it does not say. */
export interface Dateline {
  readonly date?: string;
  readonly dateEnd?: string;
  readonly dateTime?: string;
  readonly dateText: string;
  readonly place?: string;
}

type When = FoundDate & { readonly text: string };

const named =
  (name: string) =>
  (element: XmlElement): boolean =>
    element.name === name;
const isEnclosure = ({ name }: XmlElement): boolean =>
  name === 'attachment' || name === 'floatingText' || name === 'note';

/** What the encoding of a `date` says: @when, or the ends of a span. */
function encoded(date: XmlElement): FoundDate | undefined {
  const value = (...names: string[]): FoundDate | undefined =>
    names.map((name) => isoDate(attribute(date, name) ?? '')).find((found) => found !== undefined);
  const start = value('when', 'from', 'notBefore', 'when-iso', 'from-iso');
  if (start === undefined) return undefined;
  const end = value('to', 'notAfter', 'to-iso')?.date;
  return end === undefined || end === start.date ? start : { ...start, end };
}

function timed(found: FoundDate, time: XmlElement | undefined): FoundDate {
  const clock = time === undefined ? undefined : (attribute(time, 'when') ?? attribute(time, 'from'));
  if (found.time !== undefined || clock === undefined || found.date.length !== 'YYYY-MM-DD'.length) return found;
  return { ...found, time: `${found.date}T${clock}` };
}

/** The first `date` of an element that can be read, in its encoding or else in its words. */
function whenIn(element: XmlElement): When | undefined {
  const time = [...descendants(element, named('time'))][0];
  for (const date of descendants(element, named('date'))) {
    const found = encoded(date) ?? dateInText(inlineText(date));
    if (found === undefined) continue;
    const text = [inlineText(date), time === undefined ? '' : inlineText(time)].filter((one) => one !== '').join(', ');
    return { ...timed(found, time), text: text.replace(/(?<=[\dZ])[.,]+$/u, '') };
  }
  return undefined;
}

const unbracketed = (text: string): string =>
  text
    .replace(/[[\]]/gu, '')
    .replace(/(?<![ap]\. ?m)[\s,.]+$/u, '')
    .trim();

/** A line such as `Washington, May 17, 1955—5:05 p.m.` without any encoding. */
function whenWritten(line: string): (When & { place: string }) | undefined {
  const found = dateInText(line);
  if (found === undefined) return undefined;
  const plain = unbracketed(line);
  const at = plain.search(
    /\b(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December)\b/u,
  );
  return { ...found, text: plain.slice(at), place: unbracketed(plain.slice(0, at)) };
}

function placeIn(dateline: XmlElement): string | undefined {
  const place = [...descendants(dateline, named('placeName'))].map(inlineText).find((text) => text !== '');
  if (place !== undefined) return unbracketed(place);
  const line = unbracketed(inlineText(dateline));
  const written = whenWritten(line)?.place ?? /^(.*?),?\s*undated$/u.exec(line)?.[1];
  return written === '' ? undefined : written;
}

function ofDateline(dateline: XmlElement): When | undefined {
  return whenIn(dateline) ?? whenWritten(inlineText(dateline));
}

/** Today's encoding gives the span in which every document was written. */
function ofDocument(document: XmlElement): When | undefined {
  const value = (end: string): FoundDate | undefined => {
    const name = [...document.attributes.keys()].find((key) => key.endsWith(`doc-dateTime-${end}`));
    return isoDate(name === undefined ? '' : (attribute(document, name) ?? ''));
  };
  const [start, end] = [value('min'), value('max')];
  if (start === undefined) return undefined;
  const text = end === undefined || end.date === start.date ? start.date : `${start.date} – ${end.date}`;
  return { ...start, text, ...(end === undefined || end.date === start.date ? {} : { end: end.date }) };
}

/** Notes between governments end with place and date as a paragraph of their own. */
function closingLine(document: XmlElement): (When & { place: string }) | undefined {
  const last = elements(document, 'p').at(-1);
  const line = last === undefined ? '' : inlineText(last);
  const found = line.length > 80 ? undefined : whenWritten(line);
  // nothing after the year, so that a sentence that names a day is none
  return found !== undefined && /\d{4}$/u.test(found.text) ? found : undefined;
}

function result(when: When, place: string | undefined): Dateline {
  const { date, end, time, text } = when;
  return { dateText: text, ...present({ date, dateEnd: end, dateTime: time, place }) };
}

/**
 * Finds date and place: in the heading, in the document's own dateline, in the encoding of the document, in the datelines of
 * its enclosures, in the words of the heading, in its closing line. What they say is taken as it is, errors included.
 */
export function readDateline(document: XmlElement, head: XmlElement | undefined, heading: Heading): Dateline {
  const all = [...descendants(document, named('dateline'))];
  const own = [...descendants(document, named('dateline'), isEnclosure)].filter((one) => one.name === 'dateline');
  const inHead = head === undefined ? undefined : whenIn(head);
  const mark = heading.marks.find(({ kind }) => kind === 'place');
  const headPlace = mark === undefined ? undefined : unbracketed(heading.text.slice(mark.start, mark.end));
  const place =
    own.map(placeIn).find((one) => one !== undefined) ?? (own.length === 0 && tailed(heading) ? headPlace : undefined);
  if (inHead !== undefined) return result(inHead, place);
  for (const dateline of own) {
    const found = ofDateline(dateline);
    if (found !== undefined) return result(found, place);
  }
  const encodedDate = ofDocument(document);
  if (encodedDate !== undefined) return result(encodedDate, place);
  if (own.length > 0 || /,\s+undated\b/u.test(heading.text)) return { dateText: 'undated', ...present({ place }) };
  return elsewhere(document, heading, all, place);
}

/** A place of the heading is where the paper was written only where the heading ends with place and date. */
const tailed = ({ text, marks }: Heading): boolean => {
  const place = marks.find(({ kind }) => kind === 'place');
  const date = marks.find(({ kind }) => kind === 'date');
  return place !== undefined && /^[\s,]*$|^,\s+undated/u.test(text.slice(place.end, date?.start));
};

function elsewhere(
  document: XmlElement,
  heading: Heading,
  datelines: XmlElement[],
  place: string | undefined,
): Dateline {
  const enclosed = datelines.map(whenIn).find((found) => found !== undefined);
  if (enclosed !== undefined) return result(enclosed, place);
  const written = whenWritten(heading.text);
  if (written !== undefined && !/^editorial note/iu.test(heading.text)) return result(written, place);
  const closing = closingLine(document);
  if (closing !== undefined) return result(closing, place ?? (closing.place === '' ? undefined : closing.place));
  return { dateText: 'undated', ...present({ place }) };
}
