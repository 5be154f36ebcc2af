/** The part of fontkit that we use; the package ships no types. */
declare module 'fontkit' {
  export interface GlyphRun {
    /** In font units. */
    readonly advanceWidth: number;
  }
  export interface Font {
    readonly unitsPerEm: number;
    layout(text: string): GlyphRun;
  }
  export function openSync(path: string): Font;
}
