import {
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
  Button as AriaButton,
} from 'react-aria-components';

import controls from './controls.module.css';
import styles from './lists.module.css';

export interface Option {
  readonly id: string;
  readonly text: string;
}

interface ChoiceProps {
  readonly label: string;
  /** Id of the option that holds; undefined while none does. */
  readonly value: string | undefined;
  readonly onChange: (id: string) => void;
  readonly options: readonly Option[];
  readonly description?: string | undefined;
  readonly error?: string | undefined;
}

/** One of a few. */
export function Choice({ label, value, onChange, options, description, error }: ChoiceProps) {
  return (
    <Select
      value={value ?? null}
      onChange={(id) => {
        if (id !== null) onChange(String(id));
      }}
      isInvalid={error !== undefined}
      placeholder="—"
      className={controls['field'] ?? ''}
    >
      <Label>{label}</Label>
      <AriaButton className={styles['chooser'] ?? ''} {...(error !== undefined && { 'data-invalid': true })}>
        <SelectValue dir="auto" />
        <span aria-hidden="true">▾</span>
      </AriaButton>
      {description !== undefined && (
        <Text slot="description" className={controls['description'] ?? ''}>
          {description}
        </Text>
      )}
      <FieldError className={controls['error'] ?? ''}>{error}</FieldError>
      <Popover className={styles['popover'] ?? ''}>
        <ListBox items={options} className={styles['list'] ?? ''}>
          {({ text }) => (
            <ListBoxItem textValue={text} className={styles['item'] ?? ''}>
              <bdi>{text}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
