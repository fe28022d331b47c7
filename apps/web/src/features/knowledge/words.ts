import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import en from '../../text/en/knowledge.json';
import type { Acquaintance } from '../../worker/trust/protocol.js';

const isKnown = (id: string): id is TextId => Object.hasOwn(en, id);

/** What kinds, fields and states of papers are called; what the catalogue does not know is called as the server calls it. */
export function useNames() {
  const text = useText();
  const named = (family: 'kind' | 'field' | 'state', id: string): string => {
    const key = `${family}.${id}`;
    return isKnown(key) ? text(key) : wordsOf(id);
  };
  return {
    kind: (id: string) => named('kind', id),
    field: (id: string) => named('field', id),
    state: (id: string) => named('state', id),
  };
}

/** `note-verbale` as people write it. */
function wordsOf(id: string): string {
  const words = id.replaceAll(/[-_]/gu, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Everybody of the directory, by id. */
export function usePeople(): ReadonlyMap<string, Acquaintance> {
  const { desk } = useSession();
  const { data = [] } = useQuery({ queryKey: ['people', 'all'], queryFn: () => desk.trust.people() });
  return new Map(data.map((person) => [person.id, person]));
}

/** Papers are set in the direction of their own language, whatever the reader's is. */
export function directionOf(language: string): 'rtl' | 'ltr' {
  return /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/.test(language) ? 'rtl' : 'ltr';
}

/** When a paper is of: in its own words where it has some, else its day in the reader's; a year or a month alone stays as it is. */
export function useDates(): (paper: {
  readonly date: string | null;
  readonly dateText: string | null;
}) => string | null {
  const intl = useIntl();
  return ({ date, dateText }) => {
    if (dateText !== null && dateText !== NO_DATE) return dateText;
    return date !== null && DAY.test(date) ? intl.formatDate(date, { dateStyle: 'medium', timeZone: 'UTC' }) : date;
  };
}

/** What importers write for none. */
const NO_DATE = 'undated';
const DAY = /^\d{4}-\d{2}-\d{2}$/u;
