import type { Label } from '#policy';

import { toLabelType } from '../../platform/graphql/index.js';
import type { CollectionEntity } from './collection.entity.js';
import type { Collection } from './collections.types.js';
import { accessTo } from '../reading.service.js';
import type { Reader } from '../reading.service.js';

/** A collection as the API shows it; null for one that the reader has no access to. */
export function presentCollection(
  { id, name, description, parentId, path }: CollectionEntity,
  label: Label,
  reader: Reader,
): Collection | null {
  const access = accessTo(path, reader);
  return access
    ? { id, name, description, parentId, access, reader, defaultLabel: toLabelType(label, reader.policy) }
    : null;
}
