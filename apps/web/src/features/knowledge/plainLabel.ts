import type { PlainLabel } from '../../worker/knowledge/protocol.js';

interface LabelLike {
  readonly policy: string;
  readonly level: string;
  readonly categories: readonly { readonly tag: string; readonly values: readonly string[] }[];
}

/** A label without what an answer says besides, as it is sent. */
export const plainLabel = ({ policy, level, categories }: LabelLike): PlainLabel => ({
  ...{ policy, level },
  categories: categories.map(({ tag, values }) => ({ tag, values: [...values] })),
});
