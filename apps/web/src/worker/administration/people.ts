import { ChanceryError } from '#client';
import type { Client, PersonView } from '#client';
import { DeviceNotesDocument } from '#contracts';
import { marking } from '#policy';
import type { SecurityPolicy } from '#policy';

import { standingOf } from '../standing.js';
import type { FiledDevice, PeoplePage, PeopleQuestion, PersonFile, PersonRow } from './protocol.js';

const PAGE = 60;

/** People by name; the place of the last one on the page before says where to go on. */
export async function pageOfPeople(client: Client, { words = '', postId, after }: PeopleQuestion): Promise<PeoplePage> {
  const [people, policy] = [await client.people(), await client.policy()];
  const wanted = folded(words).split(/\s+/u);
  const fitting = people.filter(
    (person) =>
      (postId === undefined || person.postId === postId) &&
      wanted.every((word) => folded(`${person.name} ${standingOf(person)}`).includes(word)),
  );
  const ordered = fitting.toSorted((a, b) => placeOf(a).localeCompare(placeOf(b)));
  const rest = ordered.filter((person) => after === undefined || placeOf(person).localeCompare(after) > 0);
  const page = rest.slice(0, PAGE);
  const last = page.at(-1);
  return {
    rows: page.map((person) => rowOf(person, policy)),
    total: fitting.length,
    next: rest.length > PAGE && last ? placeOf(last) : undefined,
  };
}

/** @throws ChanceryError NOT_FOUND */
export async function personFile(client: Client, id: string): Promise<PersonFile> {
  const person = (await client.people()).find((one) => one.id === id);
  if (!person) throw new ChanceryError('NOT_FOUND', 'Nobody is enrolled under this id.', { field: 'personId' });
  const { clearance } = person;
  return {
    ...rowOf(person, await client.policy()),
    level: clearance?.level,
    categories: clearance?.categories ?? [],
    clearedUntil: clearance?.until,
    rolesUntil: client.administration.rolesUntil(id),
    appointment: client.administration.officers().find(({ personId }) => personId === id),
    deviceList: await devicesOf(client, person),
  };
}

async function devicesOf(client: Client, { id: personId, devices }: PersonView): Promise<FiledDevice[]> {
  const { deviceNotes } = await client.execute(DeviceNotesDocument, { personId });
  const seen = new Map(deviceNotes.map(({ deviceId, seenAt }) => [deviceId, seenAt ?? undefined]));
  return devices.map(({ id, name, revoked, own }) => ({ id, name, revoked, own, seenAt: seen.get(id) }));
}

function rowOf(person: PersonView, policy: SecurityPolicy): PersonRow {
  const { id, name, title, postId, postName, verification, revoked, clearance, roles = [], devices } = person;
  return {
    ...{ id, name, title, postId, postName, verification, revoked, roles },
    marking: clearance ? marking(clearance, policy) : '',
    devices: devices.filter((device) => !device.revoked).length,
  };
}

/** Without case and accents, as people search. */
const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();

const placeOf = ({ name, id }: Pick<PersonView, 'name' | 'id'>): string => `${folded(name)} ${id}`;
