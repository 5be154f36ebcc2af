import { escapeHtml, type Html, trusted } from './template.ts';

/**
 * Makes an SVG that Vega drew part of a page: it scales with its container, has a name for those who cannot see it,
 * and its ids, which Vega counts from 0 in every drawing, become unique through `prefix`.
 */
export function inlineSvg(svg: string, { prefix, label }: { prefix: string; label: string }): Html {
  const scaled = svg.replace(/^<svg [^>]*>/, opening => {
    const viewBox = /viewBox="([^"]*)"/.exec(opening)?.[1];
    if (viewBox === undefined) throw new Error(`The SVG of ${prefix} has no viewBox, so it cannot be scaled`);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" role="img" aria-label="${escapeHtml(label)}">`;
  });
  return trusted(
    lean(scaled)
      // One picture with one name: Vega calls every mark a symbol, and then each would need a name.
      .replace(/ role="graphics-[a-z]+"| aria-roledescription="[^"]*"/g, '')
      .replace(/\bid="([^"]+)"/g, `id="${prefix}-$1"`)
      .replace(/url\(#([^)]+)\)/g, `url(#${prefix}-$1)`),
  );
}

/**
 * Without what only scripts and style sheets of Vega's would read, without the font that the page's own style sheet names,
 * and with hundredths of a pixel: half of the bytes, the same picture.
 */
const lean = (svg: string): string =>
  svg
    .replace(/ class="[^"]*"| font-family="[^"]*"| aria-hidden="true"| pointer-events="none"/g, '')
    .replace(/ transform="translate\(0,0\)"/g, '')
    .replace(/<path d="M0,0h0v0h0Z"( fill="[^"]*")?( stroke="[^"]*")?><\/path>/g, '')
    .replace(/ (?:d|transform|[xy][12]?|width|height)="[^"]*"/g, attribute =>
      attribute.replace(/\d+\.\d{3,}/g, number => String(Number(Number(number).toFixed(2)))),
    );
