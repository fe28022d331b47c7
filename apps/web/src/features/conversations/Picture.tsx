import { useEffect, useRef } from 'react';

interface PictureProps {
  readonly bitmap: ImageBitmap;
  /** What a screen reader says; nothing where its name stands beside it. */
  readonly name?: string;
  readonly className: string | undefined;
}

/** Pixels that the worker has drawn: no file ever becomes part of the page. */
export function Picture({ bitmap, name, className }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext('2d')?.drawImage(bitmap, 0, 0);
  }, [bitmap]);
  const said = name === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name };
  return <canvas ref={canvas} {...said} width={bitmap.width} height={bitmap.height} className={className} />;
}
