import { imageSide, kernelSide } from './network.ts';
import { wgsl } from './wgsl.ts';

/**
 * The first convolution's WGSL with its 25 taps written out: every weight then has a constant address. A GPU reads it
 * as an operand from its constant bank, and the software adapter once for all lanes instead of lane by lane (measured
 * there: 2 to 5 times faster). The second layer's 200 taps would be longer than the instruction cache, and were slower.
 */
export function conv1Code(): string {
  const lines = ['let at = (image * side + 2u * y) * side + 2u * x;'];
  for (let y = 0; y <= kernelSide; y++)
    for (let x = 0; x <= kernelSide; x++) lines.push(`let p${y}${x} = images[at + ${y * imageSide + x}u];`);
  for (let ky = 0; ky < kernelSide; ky++)
    for (let kx = 0; kx < kernelSide; kx++)
      for (const half of [0, 1]) {
        const weight = `filters[${(ky * kernelSide + kx) * 2 + half}]`;
        const add = (pixel: string, y: number, x: number): string => `${pixel}${half} += p${y}${x} * w;`;
        const sums = [add('a', ky, kx), add('b', ky, kx + 1), add('c', ky + 1, kx), add('d', ky + 1, kx + 1)];
        lines.push(`{ let w = ${weight}; ${sums.join(' ')} }`);
      }
  return wgsl('tuned-conv1').replace('  // TAPS', lines.map(line => `  ${line}`).join('\n'));
}
