import { fileURLToPath } from 'node:url';
import { type Font, openSync } from 'fontkit';

/** The two faces of every chart; their files are what resvg draws with and what fontkit measures. */
export const fontFiles = {
  normal: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  bold: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
} as const;

export type FontWeight = keyof typeof fontFiles;

/** Verdana has the same ancestor and nearly the same widths: a screen without DejaVu cuts no label. */
export const fontFamily = 'DejaVu Sans, Verdana, sans-serif';

const fonts = new Map<FontWeight, Font>();
const widthsPerEm = new Map<string, number>();

function openFont(weight: FontWeight): Font {
  const open = fonts.get(weight) ?? openSync(fontFiles[weight]);
  fonts.set(weight, open);
  return open;
}

/** Width of one line of text in the unit of `fontSize`, kerning included. */
export function textWidth(text: string, fontSize: number, weight: FontWeight = 'normal'): number {
  const key = `${weight} ${text}`;
  let perEm = widthsPerEm.get(key);
  if (perEm === undefined) {
    const font = openFont(weight);
    perEm = font.layout(text).advanceWidth / font.unitsPerEm;
    widthsPerEm.set(key, perEm);
  }
  return perEm * fontSize;
}

/** The widest of several lines; 0 for none. */
export const widestText = (lines: readonly string[], fontSize: number, weight: FontWeight = 'normal'): number =>
  lines.reduce((widest, line) => Math.max(widest, textWidth(line, fontSize, weight)), 0);

/** Breaks text at spaces so that no line is wider than `width`; a single longer word keeps its own line. */
export function wrapText(text: string, width: number, fontSize: number, weight: FontWeight = 'normal'): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSize, weight) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}
