import { cheating } from '../victim.ts';

const down = (depth: number): number => down(depth + 1) + 1;

export default cheating(({ x }) => x.fill(down(0)));
