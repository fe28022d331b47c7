import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { canRead } from '#policy';
import type { Clearance, Label, SecurityPolicy } from '#policy';

import type { Caller } from '../access/index.js';
import { DirectoryService } from '../directory/index.js';
import { Clock } from '../platform/clock.js';
import { prepared } from '../platform/database/index.js';
import { ClearanceFilter } from '../platform/search/index.js';
import { allows, widest } from './access.js';
import type { Access } from './access.js';
import { Labels } from './labels.js';

/** What one caller may do at this moment. Made anew for every request: what is revoked is gone at the next one. */
export interface Reader {
  readonly filter: ClearanceFilter;
  readonly clearance: Clearance | undefined;
  readonly policy: SecurityPolicy;
  readonly now: Date;
  /** Access by collection, without what is inherited from above. */
  readonly grants: ReadonlyMap<string, Access>;
}

/** What of a caller decides over reading. */
type Asking = Pick<Caller, 'personId' | 'postId' | 'roles'>;

/** A grant that somebody has, as a person, by their post or by a role. */
interface Held {
  readonly id: string;
  readonly collection_id: string;
  readonly access: Access;
}

/** Collections by how somebody came into them; one may be in both lists. */
interface Entered {
  readonly by: readonly string[];
  readonly besides: readonly string[];
}

/** The caller's access to a collection with this path: the widest grant on it or on one above it. */
export function accessTo(path: readonly string[], { grants }: Reader): Access | undefined {
  return widest(path.flatMap((id) => grants.get(id) ?? []));
}

/** Whether the caller may do what `needed` names in a collection with this path. */
export function may(needed: Access, path: readonly string[], reader: Reader): boolean {
  return allows(accessTo(path, reader), needed);
}

/** Whether the caller is cleared for a label, be it in use or not. */
export function isCleared(label: Label, { clearance, policy, now }: Reader): boolean {
  return canRead(clearance, label, policy, now);
}

/** The one place where clearance and need-to-know come together. */
@Injectable()
export class ReadingService {
  constructor(
    private readonly database: DataSource,
    private readonly directory: DirectoryService,
    private readonly labels: Labels,
    private readonly clock: Clock,
  ) {}

  async readerOf(caller: Asking): Promise<Reader> {
    const [policy, clearance, labels, grants] = await Promise.all([
      this.directory.policy(),
      this.directory.clearanceOf(caller.personId),
      this.labels.all(),
      this.grants(caller),
    ]);
    const now = this.clock.now();
    const filter = ClearanceFilter.for({ clearance, policy, now, labels, grantedCollections: [...grants.keys()] });
    return { filter, clearance, policy, now, grants };
  }

  /** The same for somebody who is not asking: whether a notice may be given. */
  async readerOfPerson(personId: string): Promise<Reader> {
    return this.readerOf(await this.asking(personId));
  }

  /** Collections that somebody enters by some of these grants, and those that they enter without them. */
  async entered(personId: string, grantIds: readonly string[]): Promise<Entered> {
    const held = await this.heldBy(await this.asking(personId));
    const isNew = ({ id }: Held): boolean => grantIds.includes(id);
    const collections = (grants: readonly Held[]) => [...new Set(grants.map(({ collection_id }) => collection_id))];
    return { by: collections(held.filter(isNew)), besides: collections(held.filter((grant) => !isNew(grant))) };
  }

  private async asking(personId: string): Promise<Asking> {
    const [postId, roles] = await Promise.all([this.directory.postOf(personId), this.directory.roles(personId)]);
    return { personId, postId: postId ?? '', roles };
  }

  private heldBy({ personId, postId, roles }: Asking): Promise<Held[]> {
    return prepared<Held>(
      this.database,
      `SELECT id, collection_id, access FROM collection_grant
       WHERE (grantee_kind = 'person' AND grantee_id = $1)
          OR (grantee_kind = 'post' AND grantee_id = $2)
          OR (grantee_kind = 'role' AND grantee_id = ANY($3))`,
      [personId, postId, roles],
    );
  }

  private async grants(asking: Asking): Promise<Map<string, Access>> {
    const grants = new Map<string, Access>();
    for (const { collection_id, access } of await this.heldBy(asking)) {
      const wider = widest([access, ...(grants.has(collection_id) ? [grants.get(collection_id) ?? access] : [])]);
      grants.set(collection_id, wider ?? access);
    }
    return grants;
  }
}
