import { useEffect, useState } from 'react';

import { serviceWorkerAddress } from './trusted.js';

/** How often the server is asked for a new release, while a window stays open. */
const LOOK_MS = 60 * 60_000;
/** See the service worker. */
const TAKE_OVER = 'take over';

/** Lets the service worker keep the built files, once the page has all that it needs at first. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD) return;
  if (document.readyState === 'complete') register();
  else addEventListener('load', register);
}

function register(): void {
  requestIdleCallback(() => {
    // Without one, as in a private window of some browsers, the client works as long as there is a line.
    navigator.serviceWorker.register(serviceWorkerAddress).catch(() => undefined);
  });
}

/** Takes the new release when the person likes, where there is one: the page never reloads by itself. */
export function useNewRelease(): (() => void) | undefined {
  const [waiting, setWaiting] = useState<ServiceWorker>();
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    void navigator.serviceWorker.ready.then((registration) => {
      const look = (): void => {
        if (registration.waiting) setWaiting(registration.waiting);
      };
      look();
      registration.addEventListener('updatefound', () => {
        registration.installing?.addEventListener('statechange', look);
      });
      timer = setInterval(() => void registration.update().catch(() => undefined), LOOK_MS);
    });
    return () => {
      clearInterval(timer);
    };
  }, []);
  if (!waiting) return undefined;
  return () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      location.reload();
    });
    waiting.postMessage(TAKE_OVER);
  };
}
