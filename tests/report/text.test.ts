import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { fontFiles, textWidth, wrapText } from '../../src/report/text.ts';

/** Right end of the ink that resvg draws for a text that starts at x = 10. */
function inkEnd(text: string, fontSize: number, weight: 'normal' | 'bold'): number {
  const box = new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="100"><text x="10" y="50" font-family="DejaVu Sans" font-weight="${weight}" font-size="${fontSize}">${text}</text></svg>`,
    { font: { fontFiles: Object.values(fontFiles), loadSystemFonts: false } },
  ).getBBox();
  if (!box) throw new Error(`resvg drew nothing for ${text}`);
  return box.x + box.width;
}

test.each([
  ['webgpu-tuned (software)', 8.5, 'normal'],
  ['AVAVA To Ty 10⁻⁷ ≈ µs × ± –', 8.5, 'normal'],
  ['matmul: end-to-end time against size', 10, 'bold'],
  ['TypedArray.prototype.sort', 20, 'normal'],
] as const)('fontkit measures %s as resvg draws it, within 1 %%', (text, fontSize, weight) => {
  // A bar after the text moves by the text's advance: ink alone would leave out the side bearings.
  const drawn = inkEnd(`${text}|`, fontSize, weight) - inkEnd('|', fontSize, weight);
  expect(Math.abs(textWidth(text, fontSize, weight) / drawn - 1)).toBeLessThan(0.01);
});

test('wrapped lines fit, lose no word, and a word that cannot fit keeps a line of its own', () => {
  const text = 'the quick brown fox jumps over the averyveryverylongwordindeed dog';
  const lines = wrapText(text, 80, 8.5);
  expect(lines.join(' ')).toBe(text);
  for (const line of lines) if (line.includes(' ')) expect(textWidth(line, 8.5)).toBeLessThanOrEqual(80);
  expect(lines).toContain('averyveryverylongwordindeed');
});
