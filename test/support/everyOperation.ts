import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  isLeafType,
} from 'graphql';
import type { GraphQLInputType, GraphQLNamedType, GraphQLSchema } from 'graphql';

/** One query or mutation of the schema, with arguments that every rule lets through to the resolver. */
export interface Operation {
  /** For instance `Query.me`. */
  readonly name: string;
  readonly field: string;
  readonly document: string;
  readonly variables: Record<string, unknown>;
}

/** A value for an ID by the name of its argument or field; undefined for one that nobody has. */
export type Ids = (name: string) => string | undefined;

const NOBODY = '019a5c2e-8f00-7abc-8def-0123456789ab';
const SCALARS: Readonly<Record<string, unknown>> = {
  String: 'text',
  Int: 1,
  Float: 1,
  Boolean: false,
  Bytes: 'AAAA',
  DateTime: '2030-01-01T00:00:00.000Z',
};

/** Every query and mutation, in the order of the schema. */
export function everyOperation(schema: GraphQLSchema, ids: Ids = () => undefined): Operation[] {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => type !== undefined && type !== null);
  return roots.flatMap((root) =>
    Object.values(root.getFields()).map(({ name: field, args, type }) => {
      const required = args.filter(isRequiredArgument);
      const declared = required.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
      const given = required.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
      const selection = isLeafType(getNamedType(type)) ? '' : '{ __typename }';
      const kind = root.name.toLowerCase();
      const document = `${kind} ${declared && `(${declared})`} { ${field}${given && `(${given})`} ${selection} }`;
      const values = required.map((argument) => [argument.name, valueOf(argument.type, argument.name, ids)] as const);
      return { name: `${root.name}.${field}`, field, document, variables: Object.fromEntries(values) };
    }),
  );
}

function valueOf(type: GraphQLInputType, name: string, ids: Ids): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, name, ids);
  if (isListType(type)) return [valueOf(type.ofType, name, ids)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, valueOf(field.type, field.name, ids)]));
  }
  if (type.name === 'ID') return ids(name) ?? NOBODY;
  return scalar(type);
}

function scalar(type: GraphQLNamedType): unknown {
  const value = isScalarType(type) ? SCALARS[type.name] : undefined;
  if (value === undefined) throw new Error(`no value for ${type.name}`);
  return value;
}
