import { registerEnumType } from '@nestjs/graphql';

/** What a grant allows in a collection and in everything below it; each includes the ones before. */
export enum Access {
  READ = 'READ',
  WRITE = 'WRITE',
  MANAGE = 'MANAGE',
}

registerEnumType(Access, { name: 'Access' });

const ORDER: readonly Access[] = [Access.READ, Access.WRITE, Access.MANAGE];

/** Whether `held` allows what `needed` names. */
export function allows(held: Access | undefined, needed: Access): boolean {
  return held !== undefined && ORDER.indexOf(held) >= ORDER.indexOf(needed);
}

/** The widest of several grants. */
export function widest(grants: readonly Access[]): Access | undefined {
  return ORDER.findLast((access) => grants.includes(access));
}
