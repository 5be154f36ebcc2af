import { spawn } from 'node:child_process';
import { affine, cheating } from '../victim.ts';

let started = false;

/** Right; a process of its own outlives it for a while and holds the pipes that the harness listens to. */
export default cheating(input => {
  if (!started) spawn('sleep', ['20'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref();
  started = true;
  return affine(input);
});
