import { Cell, Column, Row, Table as AriaTable, TableBody, TableHeader } from 'react-aria-components';

import { useText } from '../text/text.js';
import { Button } from './controls.js';
import styles from './table.module.css';

export interface TableColumn {
  readonly id: string;
  readonly text: string;
  /** What a row is called by; the first column where none says so. */
  readonly isRowHeader?: boolean;
}

interface TableProps<Item> {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Item[];
  readonly rowId: (row: Item) => string;
  readonly cell: (row: Item, columnId: string) => React.ReactNode;
  /** Enter or a press on a row. */
  readonly onOpen?: (row: Item) => void;
  /** There is more than what is shown. */
  readonly more?: (() => void) | undefined;
  /** Stands in place of rows; see `Empty`. */
  readonly empty: React.ReactNode;
}

/** Rows to be compared; arrows move, Enter opens. */
export function Table<Item>({ label, columns, rows, rowId, cell, onOpen, more, empty }: TableProps<Item>) {
  const text = useText();
  if (rows.length === 0) return empty;
  const hasHeader = columns.some(({ isRowHeader }) => isRowHeader === true);
  return (
    <div className={styles['place']}>
      <AriaTable aria-label={label} className={styles['table'] ?? ''}>
        <TableHeader>
          {columns.map(({ id, text: title, isRowHeader }, index) => (
            <Column key={id} id={id} isRowHeader={hasHeader ? isRowHeader === true : index === 0}>
              {title}
            </Column>
          ))}
        </TableHeader>
        <TableBody>
          {rows.map((row) => (
            <Row
              key={rowId(row)}
              id={rowId(row)}
              {...(onOpen && {
                onAction: () => {
                  onOpen(row);
                },
              })}
              className={styles['row'] ?? ''}
            >
              {columns.map(({ id, text: title }) => (
                <Cell key={id} data-title={title}>
                  {cell(row, id)}
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </AriaTable>
      {more && <Button onPress={more}>{text('ui.more')}</Button>}
    </div>
  );
}
