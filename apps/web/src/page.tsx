import './ui/tokens.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/App.js';
import { allowEmptying } from './app/emptying.js';
import { applyKeptLook } from './app/look.js';
import { keepForOffline } from './app/release.js';
import { SessionProvider } from './app/session.js';
import { TextProvider } from './text/text.js';

allowEmptying();
applyKeptLook();
addEventListener('storage', applyKeptLook);
keepForOffline();
const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <TextProvider>
      <SessionProvider>
        <App />
      </SessionProvider>
    </TextProvider>
  </StrictMode>,
);
