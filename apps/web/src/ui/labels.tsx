import { CheckList } from './check.js';
import { Choice } from './choice.js';

interface Labelled {
  /** Id of the level. */
  readonly level: string;
  readonly categories: readonly { readonly tag: string; readonly values: readonly string[] }[];
}

interface LabelChoiceProps {
  /** What the field of the level is called. */
  readonly title: string;
  /** Lowest first. */
  readonly levels: readonly { readonly id: string; readonly marking: string }[];
  readonly categories: readonly {
    readonly tag: string;
    readonly name?: string | undefined;
    readonly values: readonly { readonly id: string; readonly marking: string }[];
  }[];
  readonly value: Labelled;
  readonly onChange: (value: { level: string; categories: { tag: string; values: string[] }[] }) => void;
}

/** A level, and values of the categories, in the words of the policy. */
export function LabelChoice({ title, levels, categories, value, onChange }: LabelChoiceProps) {
  const chosen = value.categories.map(({ tag, values }) => ({ tag, values: [...values] }));
  return (
    <>
      <Choice
        label={title}
        value={value.level}
        options={levels.map(optionOf)}
        onChange={(level) => {
          onChange({ level, categories: chosen });
        }}
      />
      {categories.map(({ tag, name = tag, values }) => (
        <CheckList
          key={tag}
          label={categoryWords(name)}
          options={values.map(optionOf)}
          chosen={chosen.find((one) => one.tag === tag)?.values ?? []}
          onChange={(wanted) => {
            const others = chosen.filter((one) => one.tag !== tag);
            const own = wanted.length === 0 ? [] : [{ tag, values: wanted }];
            onChange({ level: value.level, categories: [...others, ...own] });
          }}
        />
      ))}
    </>
  );
}

const optionOf = ({ id, marking }: { readonly id: string; readonly marking: string }) => ({ id, text: marking });

/** `RELEASABLE_TO` as people write it; a name that the policy has in words stays as it is. */
export function categoryWords(name: string): string {
  if (!/^[A-Z\d_]+$/u.test(name)) return name;
  return name.charAt(0) + name.slice(1).toLowerCase().replaceAll('_', ' ');
}
