import { blockSchema } from '#document';

import type { AttributeData, SchemaData } from './protocol.js';

type Attributes = Readonly<Record<string, { readonly default?: unknown }>> | undefined | null;

/** The one schema, for an editor that runs where the engine does not. */
export function schemaData(): SchemaData {
  const { nodes, marks } = blockSchema;
  return {
    nodes: Object.values(nodes).map(({ name, spec }) => {
      const { group, content, marks: allowed, inline, code, defining, isolating, selectable } = spec;
      return {
        name,
        attrs: attributesOf(spec.attrs),
        ...said({ group, content, inline, code, defining, isolating, selectable }),
        ...said({ marks: allowed }),
      };
    }),
    marks: Object.values(marks).map(({ name, spec: { attrs, inclusive } }) => ({
      name,
      attrs: attributesOf(attrs),
      ...said({ inclusive }),
    })),
  };
}

function attributesOf(attrs: Attributes): AttributeData[] {
  return Object.entries(attrs ?? {}).map(([name, spec]) =>
    'default' in spec ? { name, default: spec.default, isRequired: false } : { name, isRequired: true },
  );
}

function said<Values extends object>(values: Values): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
}
