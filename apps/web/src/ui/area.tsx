import { FieldError, Label, Text, TextArea, TextField } from 'react-aria-components';

import styles from './controls.module.css';

interface AreaFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows?: number;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
}

/** Several lines of somebody's words. */
export function AreaField({ label, value, onChange, rows = 4, description, error }: AreaFieldProps) {
  return (
    <TextField value={value} onChange={onChange} isInvalid={error !== undefined} className={styles['field'] ?? ''}>
      <Label>{label}</Label>
      <TextArea rows={rows} dir="auto" className={`${styles['input'] ?? ''} ${styles['lines'] ?? ''}`} />
      {description !== undefined && (
        <Text slot="description" className={styles['description'] ?? ''}>
          {description}
        </Text>
      )}
      <FieldError className={styles['error'] ?? ''}>{error}</FieldError>
    </TextField>
  );
}
