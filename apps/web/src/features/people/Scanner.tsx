import { useEffect, useRef, useState } from 'react';

import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import styles from './Scanner.module.css';

const LOOK_MS = 250;

/** Reads a QR code by the camera; nothing where a browser gives pages no camera: there is always a field to type into. */
export function Scanner({ onFound }: { readonly onFound: (text: string) => void }) {
  const text = useText();
  const [isOn, turn] = useState(false);
  if (!('mediaDevices' in navigator)) return null;
  const found = (read: string): void => {
    turn(false);
    onFound(read);
  };
  return (
    <div className={styles['scanner']}>
      {isOn && <Camera onFound={found} />}
      <Button
        onPress={() => {
          turn(!isOn);
        }}
      >
        {text(isOn ? 'scanner.stop' : 'scanner.start')}
      </Button>
    </div>
  );
}

/** Pictures stay in this element; the camera is off when it goes. */
function Camera({ onFound }: { readonly onFound: (text: string) => void }) {
  const text = useText();
  const video = useRef<HTMLVideoElement>(null);
  const tell = useRef(onFound);
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    const { current: element } = video;
    if (!element) return undefined;
    const end = new AbortController();
    const hear = (read: string): void => {
      tell.current(read);
    };
    watch(element, end.signal, hear).catch(() => {
      setRefused(true);
    });
    return () => {
      end.abort();
    };
  }, []);
  if (isRefused) return <Notice>{text('scanner.refused')}</Notice>;
  return <video ref={video} muted playsInline className={styles['video']} aria-label={text('scanner.camera')} />;
}

/** @throws DOMException where the person, or the system, gives no camera */
async function watch(video: HTMLVideoElement, signal: AbortSignal, onFound: (text: string) => void): Promise<void> {
  // few people scan anything, and not every browser reads codes by itself
  const { BarcodeDetector } = await import('qr/decode.js');
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  video.srcObject = stream;
  await video.play();
  while (!signal.aborted) {
    const [code] = await detector.detect(video);
    if (code) {
      onFound(code.rawValue);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
