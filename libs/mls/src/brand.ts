declare const brand: unique symbol;

/** Nominal types over primitives: a LeafIndex can't be passed for a NodeIndex. */
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Position among the leaves: 0, 1, 2 … (RFC 9420 section 7.1). */
export type LeafIndex = Brand<number, 'LeafIndex'>;

/** Position in the array representation of the tree: leaves even, parents odd (RFC 9420 appendix C). */
export type NodeIndex = Brand<number, 'NodeIndex'>;

/** The epoch of a group: grows by one with each commit. */
export type Epoch = Brand<bigint, 'Epoch'>;

/** A value whose signatures and rules were checked; made only by the functions that check. */
export type Verified<T> = T & { readonly [brand]: 'Verified' };

export const leafIndex = (value: number): LeafIndex => value as LeafIndex;

export const nodeIndex = (value: number): NodeIndex => value as NodeIndex;

export const epochOf = (value: bigint | number): Epoch => BigInt(value) as Epoch;

/** To be called by the function that did the checking, at its end. */
export const verified = <T>(value: T): Verified<T> => value as Verified<T>;
