import type { PostKind, Role } from '#contracts';

export const MINISTRY = 'Ministry of Foreign Affairs of the Republic of Valdoria';

export interface CastPost {
  readonly key: string;
  readonly name: string;
  readonly kind: PostKind;
  readonly country?: string;
  readonly timeZone: string;
}

export interface CastPerson {
  readonly key: string;
  readonly name: string;
  readonly title: string;
  readonly post: string;
  readonly device: string;
  readonly clearance: string;
  readonly roles: readonly Role[];
  /** Of the demonstration only: it is printed at the end. */
  readonly passphrase: string;
}

export const POSTS: readonly CastPost[] = [
  { key: 'administration', name: 'Administration', kind: 'DEPARTMENT', timeZone: 'Europe/Lisbon' },
  { key: 'political', name: 'Political Department', kind: 'DEPARTMENT', timeZone: 'Europe/Lisbon' },
  { key: 'planning', name: 'Policy Planning', kind: 'DEPARTMENT', timeZone: 'Europe/Lisbon' },
  { key: 'tashkent', name: 'Embassy in Tashkent', kind: 'MISSION', country: 'UZ', timeZone: 'Asia/Tashkent' },
  { key: 'muscat', name: 'Embassy in Muscat', kind: 'MISSION', country: 'OM', timeZone: 'Asia/Muscat' },
  {
    key: 'new-york',
    name: 'Permanent Mission in New York',
    kind: 'MISSION',
    country: 'US',
    timeZone: 'America/New_York',
  },
];

/** The first one founds the ministry and invites the others. */
export const OFFICER: CastPerson = {
  key: 'officer',
  name: 'Irene Valcourt',
  title: 'Security Officer',
  post: 'administration',
  device: 'Desk, Administration',
  clearance: 'SECRET//NEGOTIATION/INTEL',
  roles: ['SECURITY_OFFICER', 'REGISTRAR'],
  passphrase: 'granite teapot willows before monday',
};

export const INVITED: readonly CastPerson[] = [
  {
    key: 'director',
    name: 'Tomas Brandel',
    title: 'Political Director',
    post: 'political',
    device: 'Desk, Political Department',
    clearance: 'SECRET//NEGOTIATION/INTEL',
    roles: ['MEMBER', 'PLANNER'],
    passphrase: 'seven herons cross the cold orchard',
  },
  {
    key: 'planner',
    name: 'Élise Moreau',
    title: 'Planner',
    post: 'planning',
    device: 'Desk, Policy Planning',
    clearance: 'SECRET//NEGOTIATION',
    roles: ['MEMBER', 'PLANNER'],
    passphrase: 'velvet compass under marble rain',
  },
  {
    key: 'desk',
    name: 'Jonas Wicker',
    title: 'Desk officer',
    post: 'planning',
    device: 'Desk, Policy Planning 2',
    clearance: 'CONFIDENTIAL',
    roles: ['MEMBER'],
    passphrase: 'lanterns borrow nothing from thunder',
  },
  {
    key: 'ambassador',
    name: 'Leila Marchetti',
    title: 'Ambassador',
    post: 'tashkent',
    device: 'Laptop, residence',
    clearance: 'SECRET',
    roles: ['MEMBER'],
    passphrase: 'apricot railway wears a quiet hat',
  },
  {
    key: 'counsellor',
    name: 'Yusuf Rahmani',
    title: 'Counsellor',
    post: 'muscat',
    device: 'Laptop, chancery',
    clearance: 'SECRET//INTEL',
    roles: ['MEMBER'],
    passphrase: 'harbour pencil sings twice at dusk',
  },
  {
    key: 'secretary',
    name: 'Clara Osei',
    title: 'First Secretary',
    post: 'new-york',
    device: 'Laptop, New York',
    clearance: 'CONFIDENTIAL',
    roles: ['MEMBER'],
    passphrase: 'yellow taxi forgets my winter gloves',
  },
];

export const CAST: readonly CastPerson[] = [OFFICER, ...INVITED];

/** Who speaks for whom in the sample messages. */
export const VOICES: Readonly<Record<'headquarters' | 'ambassador' | 'mission', string>> = {
  headquarters: 'director',
  ambassador: 'ambassador',
  mission: 'counsellor',
};

/** Whose laptop is left in a taxi. */
export const CARELESS = 'secretary';
/** Whose device is tried in the same way, and can read on. */
export const STAYS = 'desk';

/** The same words, asked by two people with different clearance. */
export const SEARCHERS = ['planner', 'desk'] as const;
export const QUERIES = [
  'fisheries quota',
  'transit corridor',
  'pêche quota',
  'транзит коридор',
  'tranzit yo‘lak',
  'الممر العبور',
] as const;

/** Somebody whom a newcomer can be, in a browser of their own. */
export interface Persona extends Pick<CastPerson, 'key' | 'name' | 'title' | 'post' | 'clearance' | 'roles'> {
  /** What there is to see and to do, in a sentence of the welcome. */
  readonly task: string;
}

export const PERSONAS: readonly Persona[] = [
  {
    key: 'diplomat',
    name: 'Marisol Vega',
    title: 'Second Secretary',
    post: 'tashkent',
    clearance: 'SECRET',
    roles: ['MEMBER'],
    task: 'Read what the seven of us have written, answer the ambassador, and compare safety numbers with one of us.',
  },
  {
    key: 'writer',
    name: 'Henrik Aalto',
    title: 'Planner',
    post: 'planning',
    clearance: 'SECRET//NEGOTIATION',
    roles: ['MEMBER', 'PLANNER'],
    task: 'Search the papers for “transit corridor”, open a brief, and write the next one.',
  },
  {
    key: 'guardian',
    name: 'Noor Haddad',
    title: 'Deputy Security Officer',
    post: 'administration',
    clearance: 'SECRET//NEGOTIATION/INTEL',
    roles: ['MEMBER', 'SECURITY_OFFICER', 'REGISTRAR'],
    task: 'I have proposed to revoke every device of the mission in New York, whose laptop was lost: it waits for your signature in Administration.',
  },
];

/** What their browsers offer, so that nobody has to think of a passphrase for a demonstration. */
export const OFFERED = { deviceName: 'Browser', passphrase: 'seven quiet bridges over amber water' } as const;
