import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';

import styles from './tabs.module.css';

export interface TabChoice {
  readonly id: string;
  readonly text: string;
  readonly content: React.ReactNode;
}

/** Sides of one thing; arrows move between them. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly TabChoice[] }) {
  return (
    <AriaTabs className={styles['tabs'] ?? ''}>
      <TabList aria-label={label} className={styles['list'] ?? ''}>
        {tabs.map(({ id, text }) => (
          <Tab key={id} id={id} className={styles['tab'] ?? ''}>
            {text}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className={styles['panel'] ?? ''}>
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
