/**
 * What an expression's text names, with the contents of its subscripts left out: `T[i]` and `T[i + 1]` may be the same
 * array, or rows of one.
 */
export function shapeOf(text: string): string {
  if (!text.includes('[')) return text;
  let depth = 0;
  let shape = '';
  for (const character of text) {
    if (character === ']') depth--;
    if (depth === 0) shape += character;
    if (character === '[') depth++;
  }
  return shape;
}
