import type { PersonView } from '#client';

/** What somebody is, and where, as it stands beside their name: `Counsellor · Embassy in Lima`. */
export function standingOf({ title = '', postName }: Pick<PersonView, 'title' | 'postName'>): string {
  return [title, postName].filter((words) => words !== '').join(' · ');
}
