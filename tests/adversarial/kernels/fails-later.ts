import { affine, cheating } from '../victim.ts';

let armed = false;

/** The answer is right; something that it left to a timer breaks while somebody else is at work. */
export default cheating(input => {
  if (!armed)
    setTimeout(() => {
      throw new Error('a timer went off');
    }, 25);
  armed = true;
  return affine(input);
});
