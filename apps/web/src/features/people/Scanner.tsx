import { useEffect, useRef, useState } from 'react';

import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import styles from './Scanner.module.css';

/** The Shape Detection API, as far as it is needed; TypeScript does not know it. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorMaker = new (options: { readonly formats: readonly string[] }) => Detector;

const LOOK_MS = 250;

/** Reads a QR code by the camera, in browsers that can; nothing in others, where there is always a field to type into. */
export function Scanner({ onFound }: { readonly onFound: (text: string) => void }) {
  const text = useText();
  const [isOn, turn] = useState(false);
  const { BarcodeDetector } = globalThis as { readonly BarcodeDetector?: DetectorMaker };
  if (!BarcodeDetector || !('mediaDevices' in navigator)) return null;
  const found = (read: string): void => {
    turn(false);
    onFound(read);
  };
  return (
    <div className={styles['scanner']}>
      {isOn && <Camera detector={BarcodeDetector} onFound={found} />}
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

interface CameraProps {
  readonly detector: DetectorMaker;
  readonly onFound: (text: string) => void;
}

/** Pictures stay in this element; the camera is off when it goes. */
function Camera({ detector: BarcodeDetector, onFound }: CameraProps) {
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
    watch(element, new BarcodeDetector({ formats: ['qr_code'] }), end.signal, hear).catch(() => {
      setRefused(true);
    });
    return () => {
      end.abort();
    };
  }, [BarcodeDetector]);
  if (isRefused) return <Notice>{text('scanner.refused')}</Notice>;
  return <video ref={video} muted playsInline className={styles['video']} aria-label={text('scanner.camera')} />;
}

/** @throws DOMException where the person, or the system, gives no camera */
async function watch(
  video: HTMLVideoElement,
  detector: Detector,
  signal: AbortSignal,
  onFound: (text: string) => void,
): Promise<void> {
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
    if (code) onFound(code.rawValue);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
