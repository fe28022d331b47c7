import { CheckboxButton, CheckboxField, CheckboxGroup, Label, Text } from 'react-aria-components';

import type { Option } from './choice.js';
import styles from './lists.module.css';

interface CheckProps {
  readonly label: string;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly description?: string | undefined;
  readonly isDisabled?: boolean;
}

/** Yes or no. */
export function Check({ label, isSelected, onChange, description, isDisabled = false }: CheckProps) {
  return (
    <CheckboxField isSelected={isSelected} onChange={onChange} isDisabled={isDisabled}>
      <Box label={label} />
      {description !== undefined && (
        <Text slot="description" className={styles['about'] ?? ''}>
          {description}
        </Text>
      )}
    </CheckboxField>
  );
}

/** What is pressed: the box and its words. */
function Box({ label }: { readonly label: string }) {
  return (
    <CheckboxButton className={styles['check'] ?? ''}>
      <span aria-hidden="true" className={styles['box']} />
      <bdi>{label}</bdi>
    </CheckboxButton>
  );
}

interface CheckListProps {
  readonly label: string;
  readonly options: readonly Option[];
  /** Ids. */
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

/** Any of a few. */
export function CheckList({ label, options, chosen, onChange }: CheckListProps) {
  return (
    <CheckboxGroup value={[...chosen]} onChange={onChange} className={styles['checks'] ?? ''}>
      <Label>{label}</Label>
      {options.map(({ id, text }) => (
        <CheckboxField key={id} value={id}>
          <Box label={text} />
        </CheckboxField>
      ))}
    </CheckboxGroup>
  );
}
