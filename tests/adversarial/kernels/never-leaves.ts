import { affine, cheating } from '../victim.ts';

let stays = false;

/** Right, and its process does not end when it is told to. */
export default cheating(input => {
  if (!stays)
    process.on('exit', () => {
      for (;;);
    });
  stays = true;
  return affine(input);
});
