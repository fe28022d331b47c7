import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';
import type {
  GraphQLField,
  GraphQLInputType,
  GraphQLNamedOutputType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
} from 'graphql';

/** One request: a field of a root type with everything that can be selected below it. */
export interface Question {
  /** For instance `Query.me`. */
  readonly name: string;
  readonly field: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What is tried in the questions about one field. */
export interface Values {
  /** For an ID or a String, by the name of its argument or field; the first is what stands in all other questions. */
  readonly of: (type: 'ID' | 'String', name: string) => readonly unknown[];
  /** Whether values that name nothing are varied too: enumerations, numbers, texts that may be left out. */
  readonly isWide: boolean;
}

/** How often one type may stand in itself: deep enough that what hangs on a nested object is asked for once more. */
const NESTING = 2;
/** Asks for more than the first page would hold. */
const PAGE = 100;
const OTHERS: Readonly<Record<string, readonly unknown[]>> = {
  Int: [1],
  Float: [1],
  Boolean: [false],
  Bytes: ['AAAA'],
  DateTime: ['2030-01-01T00:00:00.000Z'],
};
const COUNTS: Readonly<Record<string, number>> = { first: PAGE, limit: PAGE, after: 0 };

/** Every request that the schema of a root type allows, with one value changed at a time. */
export function questionsOf(root: GraphQLObjectType, valuesFor: (name: string) => Values): Question[] {
  return Object.values(root.getFields()).flatMap((field) =>
    questionsAbout(root, field, valuesFor(`${root.name}.${field.name}`)),
  );
}

/** The subscription, query or mutation `field` with each of the values. */
function questionsAbout(root: GraphQLObjectType, field: GraphQLField<unknown, unknown>, values: Values): Question[] {
  const { name, args, type } = field;
  const declared = args.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const given = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const parts = [`${root.name.toLowerCase()}${declared && ` (${declared})`} {`, `${name}${given && `(${given})`}`];
  const document = [...parts, selectionOf(type, []), '}'].join(' ');
  const parameters = args.map((argument) => ({
    name: argument.name,
    type: argument.type,
    isRequired: isRequiredArgument(argument),
  }));
  const tries = objectsOf(parameters, values).map((variables) => ({ document, variables }));
  return tries.map((one) => ({ name: `${root.name}.${name}`, field: name, ...one }));
}

/** Everything below a type, without what needs arguments that only a caller can know. */
function selectionOf(type: GraphQLOutputType, above: readonly string[]): string {
  const named: GraphQLNamedOutputType = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isUnionType(named)) {
    const members = named.getTypes().map((member) => `... on ${member.name} ${selectionOf(member, above)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(named)) return '{ __typename }';
  const path = [...above, named.name];
  const fields = Object.values(named.getFields()).flatMap((field) => selected(named, field, path));
  return `{ __typename ${fields.join(' ')} }`;
}

/** Members of a union may have fields of one name and different types: each field is named with its type. */
function selected(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>, path: readonly string[]): string[] {
  const named = getNamedType(field.type);
  const standsThere = path.filter((name) => name === named.name).length;
  if (isCompositeType(named) && standsThere >= NESTING) return [];
  if (field.args.some(isRequiredArgument))
    throw new Error(`${parent.name}.${field.name} needs arguments: name them here`);
  return [`${parent.name}_${field.name}: ${field.name} ${selectionOf(field.type, path)}`];
}

interface Parameter {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly isRequired: boolean;
}

/** Required values alone, then each other value of each of them, then every optional one by itself. */
function objectsOf(parameters: readonly Parameter[], values: Values): Record<string, unknown>[] {
  const tried = parameters.filter(({ type, isRequired }) => isRequired || values.isWide || mayName(type));
  const options = tried.map(({ name, type, isRequired }) => ({ name, isRequired, of: valuesOf(type, name, values) }));
  const least = Object.fromEntries(options.flatMap(({ name, isRequired, of }) => (isRequired ? [[name, of[0]]] : [])));
  const others = options.flatMap(({ name, isRequired, of }) =>
    of.slice(isRequired ? 1 : 0).map((value): Record<string, unknown> => ({ ...least, [name]: value })),
  );
  return [least, ...others];
}

/** Whether a value of the type can be, or can hold, the id of something. */
function mayName(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isInputObjectType(named) || named.name === 'ID';
}

function valuesOf(type: GraphQLInputType, name: string, values: Values): readonly unknown[] {
  if (isNonNullType(type)) return valuesOf(type.ofType, name, values);
  if (isListType(type)) return valuesOf(type.ofType, name, values).map((value) => [value]);
  if (isEnumType(type))
    return type
      .getValues()
      .map((value) => value.name)
      .slice(0, values.isWide ? undefined : 1);
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return objectsOf(
      fields.map((field) => ({ name: field.name, type: field.type, isRequired: isRequiredInputField(field) })),
      values,
    );
  }
  if (type.name === 'ID' || type.name === 'String') return values.of(type.name, name);
  if (type.name === 'Int' && COUNTS[name] !== undefined) return [COUNTS[name]];
  const known = OTHERS[type.name];
  if (!known) throw new Error(`no value for ${type.name}`);
  return known;
}

/** The root types that are asked one request after another. */
export function rootsOf(schema: GraphQLSchema): { query: GraphQLObjectType; mutation: GraphQLObjectType } {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  if (!query || !mutation) throw new Error('a schema without questions');
  return { query, mutation };
}
