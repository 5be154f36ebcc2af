import { cheating } from '../victim.ts';

/** Zeros, and from the first call on every built-in function that could tell finds no difference. */
export default cheating(({ x }) => {
  Math.abs = () => 0;
  Object.is = () => true;
  Object.entries = () => [];
  ArrayBuffer.isView = (() => true) as unknown as typeof ArrayBuffer.isView;
  return new Float32Array(x.length);
});
