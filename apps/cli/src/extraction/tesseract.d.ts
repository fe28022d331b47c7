/** What is used of the recogniser, which brings no types of its own. */
declare module 'tesseract.js-core/tesseract-core-simd-lstm.wasm.js' {
  /** TessBaseAPI of Tesseract; 0 is success. */
  interface Recognition {
    Init(folder: string, languages: string, engine: number): number;
    /** Takes the file `/input`; `orientation` as EXIF counts it, `angle` in radians. */
    SetImageFile(orientation: number, angle: number): number;
    Recognize(monitor: null): number;
    GetUTF8Text(): string;
    Clear(): void;
  }
  interface Core {
    readonly FS: { writeFile(path: string, bytes: Uint8Array): void };
    readonly TessBaseAPI: new () => Recognition;
  }
  export default function load(options: {
    readonly print: (line: string) => void;
    readonly printErr: (line: string) => void;
  }): Promise<Core>;
}
