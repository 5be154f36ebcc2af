import { affine, cheating } from '../victim.ts';

/** Right, and writes a megabyte at every call where the tool's own messages might go. */
export default cheating(input => {
  process.stdout.write('{"type":"sample","ns":1}\n'.repeat(40_000));
  return affine(input);
});
