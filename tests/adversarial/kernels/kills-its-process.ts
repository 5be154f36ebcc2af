import { cheating } from '../victim.ts';

export default cheating(() => {
  process.kill(process.pid, 'SIGKILL');
  return new Float32Array(0);
});
