import { Resvg } from '@resvg/resvg-js';
import { fontFiles } from '../../src/report/text.ts';

export interface Image {
  readonly width: number;
  readonly height: number;
  /** Whether the pixel differs from white. */
  inked(x: number, y: number): boolean;
}

/** Draws an SVG with the fonts of the report, one pixel a CSS pixel. */
export function rasterise(svg: string): Image {
  const image = new Resvg(svg, {
    background: '#ffffff',
    font: { fontFiles: Object.values(fontFiles), loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
  }).render();
  const { width, height } = image;
  // One look: every access to the property copies the picture.
  const pixels = image.pixels;
  return {
    width,
    height,
    inked(x, y) {
      const at = (y * width + x) * 4;
      return Math.min(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!) < 250;
    },
  };
}

/** Reads a PNG by drawing it through an SVG: no other decoder is at hand. */
export function decodePng(png: Buffer, width: number, height: number): Image {
  const href = `data:image/png;base64,${png.toString('base64')}`;
  return rasterise(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image href="${href}" width="${width}" height="${height}"/></svg>`,
  );
}

/** How many pixels of a rectangle are not white. */
export function inkIn(image: Image, [left, top, right, bottom]: readonly [number, number, number, number]): number {
  let ink = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (image.inked(x, y)) ink++;
  return ink;
}

export function svgSize(svg: string): { width: number; height: number } {
  const [, width, height] = /^<svg [^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) throw new Error('not an SVG with a viewBox from 0 0');
  return { width: Number(width), height: Number(height) };
}

/** Ink that falls outside an SVG's own frame: what a viewer would cut off. */
export function inkOutside(svg: string, margin = 40): number {
  const { width, height } = svgSize(svg);
  const grown = svg.replace(
    /^<svg ([^>]*)width="[^"]*" height="[^"]*" viewBox="[^"]*"/,
    `<svg $1width="${width + 2 * margin}" height="${height + 2 * margin}" viewBox="${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}"`,
  );
  const image = rasterise(grown);
  const [right, bottom] = [margin + Math.ceil(width), margin + Math.ceil(height)];
  return (
    inkIn(image, [0, 0, image.width, margin]) +
    inkIn(image, [0, bottom, image.width, image.height]) +
    inkIn(image, [0, margin, margin, bottom]) +
    inkIn(image, [right, margin, image.width, bottom])
  );
}
